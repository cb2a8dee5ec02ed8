namespace VRouter.Core.Tables;

/// <summary>
/// Numbers with a due time each, the earliest first: a binary heap that knows each number's place, so that a time can be changed or withdrawn in
/// O(log n). Allocates nothing after construction. Of equal times any order may come, but always the same after the same calls.
/// </summary>
internal sealed class DueQueue
{
    private readonly int[] heap;
    private readonly int[] places;
    private readonly long[] times;

    /// <summary>Takes numbers from 0 to <paramref name="capacity"/> - 1.</summary>
    public DueQueue(int capacity)
    {
        heap = new int[capacity];
        places = new int[capacity];
        times = new long[capacity];
        Array.Fill(places, -1);
    }

    /// <summary>Numbers that have a time.</summary>
    public int Count { get; private set; }

    /// <summary>The earliest time, or <see cref="long.MaxValue"/> if there is none.</summary>
    public long Earliest => Count > 0 ? times[heap[0]] : long.MaxValue;

    /// <summary>The earliest number, if its time has come.</summary>
    public bool TryPeek(long now, out int number)
    {
        number = Count > 0 ? heap[0] : -1;
        return Count > 0 && times[number] <= now;
    }

    /// <summary>Gives the number a time, or another one.</summary>
    public void Set(int number, long time)
    {
        var isNew = places[number] < 0;
        var earlier = isNew || time < times[number];
        times[number] = time;
        if (isNew)
            Place(number, Count++);
        if (earlier)
            MoveUp(number);
        else
            MoveDown(number);
    }

    /// <summary>Withdraws the number's time, if it has one.</summary>
    public void Remove(int number)
    {
        var place = places[number];
        if (place < 0)
            return;
        places[number] = -1;
        var last = heap[--Count];
        if (last == number)
            return;
        Place(last, place);
        MoveUp(last);
        MoveDown(last);
    }

    private void Place(int number, int place)
    {
        heap[place] = number;
        places[number] = place;
    }

    private void MoveUp(int number)
    {
        var place = places[number];
        while (place > 0)
        {
            var parent = (place - 1) / 2;
            if (times[heap[parent]] <= times[number])
                break;
            Place(heap[parent], place);
            place = parent;
        }

        Place(number, place);
    }

    private void MoveDown(int number)
    {
        var place = places[number];
        while (true)
        {
            var child = (2 * place) + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && times[heap[child + 1]] < times[heap[child]])
                child++;
            if (times[heap[child]] >= times[number])
                break;
            Place(heap[child], place);
            place = child;
        }

        Place(number, place);
    }
}

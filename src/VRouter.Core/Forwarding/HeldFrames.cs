using VRouter.Core.Frames;

namespace VRouter.Core.Forwarding;

/// <summary>Frames that wait for a neighbor, a queue for each, out of one store: allocates nothing after construction.</summary>
internal sealed class HeldFrames
{
    private readonly Node[] nodes;
    private readonly Queue[] queues;
    private int free;

    /// <summary>Takes all memory at once.</summary>
    /// <param name="neighbors">Number of queues.</param>
    /// <param name="capacity">The most frames over all queues.</param>
    public HeldFrames(int neighbors, int capacity)
    {
        nodes = new Node[capacity];
        queues = new Queue[neighbors];
        for (var node = 0; node < capacity; node++)
            nodes[node].Next = node + 1 < capacity ? node + 1 : -1;
        free = capacity > 0 ? 0 : -1;
    }

    /// <summary>True if no frame can be added.</summary>
    public bool IsFull => free < 0;

    /// <summary>Frames that wait for the neighbor.</summary>
    public int CountOf(int neighbor) => queues[neighbor].Count;

    /// <summary>Adds a frame at the end of the neighbor's queue; the store must not be full.</summary>
    /// <param name="neighbor">The queue.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="mark">Something for the caller to know the frame by.</param>
    public void Add(int neighbor, Frame frame, HeldMark mark)
    {
        var node = free;
        free = nodes[node].Next;
        nodes[node] = new Node { Frame = frame, Mark = mark, Next = -1 };
        ref var queue = ref queues[neighbor];
        if (queue.Count++ == 0)
            queue.Head = node;
        else
            nodes[queue.Tail].Next = node;
        queue.Tail = node;
    }

    /// <summary>Takes the oldest frame of the neighbor's queue.</summary>
    public bool TryTake(int neighbor, out Frame frame, out HeldMark mark)
    {
        ref var queue = ref queues[neighbor];
        if (queue.Count == 0)
        {
            (frame, mark) = (default, default);
            return false;
        }

        var taken = queue.Head;
        ref var node = ref nodes[taken];
        (frame, mark) = (node.Frame, node.Mark);
        queue.Head = node.Next;
        queue.Count--;
        node.Next = free;
        free = taken;
        return true;
    }

    private struct Queue
    {
        public int Head;
        public int Tail;
        public int Count;
    }

    private struct Node
    {
        public Frame Frame;
        public HeldMark Mark;
        public int Next;
    }
}

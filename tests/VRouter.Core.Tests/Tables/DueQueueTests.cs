using VRouter.Core.Tables;

namespace VRouter.Core.Tests.Tables;

public sealed class DueQueueTests
{
    [Fact]
    public void TryPeek_AgainstASortedList_AgreesThroughoutRandomChanges()
    {
        const int Capacity = 64;
        var random = new Random(1);
        var queue = new DueQueue(Capacity);
        var expected = new Dictionary<int, long>();
        for (var round = 0; round < 20000; round++)
        {
            var number = random.Next(Capacity);
            if (random.Next(3) == 0)
            {
                queue.Remove(number);
                expected.Remove(number);
            }
            else
            {
                // Few different times, so that many are equal.
                var time = random.Next(50);
                queue.Set(number, time);
                expected[number] = time;
            }

            var now = random.Next(50);
            var earliest = expected.Count > 0 ? expected.Values.Min() : long.MaxValue;
            Assert.Equal(expected.Count, queue.Count);
            Assert.Equal(earliest <= now, queue.TryPeek(now, out var first));
            Assert.True(first < 0 ? expected.Count == 0 : expected[first] == earliest);
        }
    }

    [Fact]
    public void TryPeek_Empty_FindsNothing()
    {
        var queue = new DueQueue(1);
        queue.Set(0, 5);
        queue.Remove(0);

        Assert.False(queue.TryPeek(long.MaxValue, out _));
    }
}

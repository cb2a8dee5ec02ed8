using VRouter.Io.Linux;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Io.Tests.Ports.AfXdp;

public unsafe class XdpRingTests
{
    /// <summary>The kernel's view of a ring, beside ours: what one produces the other consumes, over many rounds and over the end of the numbers.</summary>
    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue - 20)]
    public void Ring_IndicesWrap_GivesEveryEntryOnceAndInOrder(uint start)
    {
        const int size = 16;
        var producer = start;
        var consumer = start;
        uint flags = 0;
        var entries = stackalloc ulong[size];
        using var writer = new XdpRing<ulong>(&producer, &consumer, &flags, entries, size);
        using var reader = new XdpRing<ulong>(&producer, &consumer, &flags, entries, size);
        var random = new Random(7);
        ulong written = 0;
        ulong read = 0;

        for (var round = 0; round < 1000; round++)
        {
            var wanted = (uint)random.Next(size + 1);
            var free = writer.Free(wanted);
            Assert.True(free <= size && free <= size - (written - read));
            var added = Math.Min(wanted, free);
            for (uint i = 0; i < added; i++)
                writer.Next(i) = written++;
            writer.Publish(added);

            var filled = reader.Filled();
            Assert.True(filled <= written - read);
            Assert.True(filled > 0 || written == read);
            var taken = (uint)random.Next((int)filled + 1);
            for (uint i = 0; i < taken; i++)
                Assert.Equal(read++, reader.At(i));
            reader.Release(taken);
            Assert.Equal(consumer, writer.Consumed);
        }

        Assert.True(written > 1000);
    }

    [Fact]
    public void Free_RingFull_IsNoneUntilTheOtherSideReleases()
    {
        uint producer = 0;
        uint consumer = 0;
        uint flags = Libc.XDP_RING_NEED_WAKEUP;
        var entries = stackalloc ulong[4];
        using var ring = new XdpRing<ulong>(&producer, &consumer, &flags, entries, 4);
        ring.Publish(4);

        Assert.Equal(0u, ring.Free(1));
        consumer = 3;
        Assert.Equal(3u, ring.Free(1));
        Assert.True(ring.NeedsWakeup);
    }
}

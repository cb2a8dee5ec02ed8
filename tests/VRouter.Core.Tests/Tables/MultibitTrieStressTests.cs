using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

/// <summary>Readers that check every answer against the tables that existed while they looked, beside a writer that changes nested prefixes at random.</summary>
public sealed class MultibitTrieStressTests
{
    private const int Steps = 20_000;
    private const int Probes = 40;
    private const int Readers = 2;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void Lookup_BesideRandomUpdates_AnswersAsOneOfTheTablesOfThatMoment(int seed, bool reclaims)
    {
        var random = new Random(seed);
        var probes = Enumerable.Range(0, Probes).Select(_ => Address(random)).ToArray();
        var steps = RandomSteps(random, probes);
        var answers = AnswersAfterEachStep(steps, probes);
        var quiescence = reclaims ? new Quiescence() : null;
        var trie = new MultibitTrie(quiescence);
        var done = 0;
        var wrong = 0;
        var checkedAnswers = 0L;
        using var started = new Barrier(Readers + 1);
        var readers = Enumerable.Range(0, Readers).Select(number => new Thread(() => Read(number))).ToArray();
        foreach (var reader in readers)
            reader.Start();
        started.SignalAndWait();
        for (var step = 0; step < Steps; step++)
        {
            var (prefix, adjacency) = steps[step];
            if (adjacency is { } value)
                trie.Set(prefix, value);
            else
                trie.Remove(prefix);
            Volatile.Write(ref done, step + 1);
        }

        foreach (var reader in readers)
            reader.Join();
        Assert.Equal(0, wrong);
        Assert.True(checkedAnswers > 0);
        Assert.True(!reclaims || trie.Space.Reused > 0);

        void Read(int number)
        {
            using var slot = quiescence?.Register();
            var results = new int[Probes];
            started.SignalAndWait();
            int before;
            do
            {
                before = Volatile.Read(ref done);
                if (number == 0)
                {
                    trie.Lookup(probes, results);
                }
                else
                {
                    for (var i = 0; i < Probes; i++)
                        results[i] = trie.Lookup(new IPv4Address(probes[i]));
                }

                // The step that was under way may or may not be seen.
                var after = Math.Min(Volatile.Read(ref done) + 1, Steps);
                slot?.Report();
                for (var i = 0; i < Probes; i++)
                {
                    if (!Occurs(answers, i, before, after, results[i]))
                        Interlocked.Increment(ref wrong);
                }

                Interlocked.Add(ref checkedAnswers, Probes);
            }
            while (before < Steps);
        }
    }

    private static bool Occurs(int[][] answers, int probe, int from, int to, int answer)
    {
        for (var step = from; step <= to; step++)
        {
            if (answers[step][probe] == answer)
                return true;
        }

        return false;
    }

    private static uint Address(Random random) => 0x0a000000u | (uint)random.Next(1 << 15);

    // Prefixes of all lengths around the probes, so that every step changes an answer; a third are removals. Large adjacencies make wide chunks come and go.
    private static (IPv4Prefix Prefix, int? Adjacency)[] RandomSteps(Random random, uint[] probes)
    {
        var steps = new (IPv4Prefix, int?)[Steps];
        for (var step = 0; step < Steps; step++)
        {
            var prefix = new IPv4Prefix(new IPv4Address(probes[random.Next(Probes)]), random.Next(12, 33));
            steps[step] = (prefix, random.Next(3) == 0 ? null : random.Next(1, random.Next(4) == 0 ? 1 << 20 : 1 << 10));
        }

        return steps;
    }

    private static int[][] AnswersAfterEachStep((IPv4Prefix Prefix, int? Adjacency)[] steps, uint[] probes)
    {
        var naive = new NaiveFib();
        var answers = new int[Steps + 1][];
        answers[0] = new int[Probes];
        for (var step = 0; step < Steps; step++)
        {
            var (prefix, adjacency) = steps[step];
            if (adjacency is { } value)
                naive.Set(prefix, value);
            else
                naive.Remove(prefix);
            answers[step + 1] = [.. answers[step]];
            for (var i = 0; i < Probes; i++)
            {
                if (prefix.Contains(new IPv4Address(probes[i])))
                    answers[step + 1][i] = naive.Lookup(new IPv4Address(probes[i]));
            }
        }

        return answers;
    }
}

namespace VRouter.Host.Configuration.Reading;

/// <summary>Guesses which of several known names a mistyped one was meant to be.</summary>
internal static class FieldHint
{
    /// <summary>"; did you mean 'x'?" for the nearest known name within two edits (case is no edit), or nothing.</summary>
    public static string For(string name, IEnumerable<string> known)
    {
        const int MostEdits = 2;
        if (name.Length > 64)
            return string.Empty;
        var nearest = known
            .Select(candidate => (Name: candidate, Distance: Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= MostEdits && candidate.Distance < candidate.Name.Length / 2)
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name is null ? string.Empty : $"; did you mean '{nearest.Name}'?";
    }

    private static int Edits(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[right.Length];
    }
}

using Spectre.Console;

namespace VRouter.Host.Cli;

/// <summary>
/// A table of texts for a person: on a terminal as wide as that, with lines; elsewhere plain columns without any escape code, each row on one line.
/// </summary>
internal sealed class DataTable(params string[] columns)
{
    // Wider than any row, so that nothing is wrapped in files and pipes.
    private const int Unlimited = 100_000;

    private readonly List<string[]> rows = [];
    private readonly HashSet<int> numbers = [];

    /// <summary>Aligns the columns of these names to the right.</summary>
    public DataTable Numbers(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            numbers.Add(Array.IndexOf(columns, name));
        return this;
    }

    /// <summary>Adds a row with a text for each column.</summary>
    public void Add(params string[] texts) => rows.Add(texts);

    /// <summary>Writes the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="isTerminal">True if a person's terminal shows it as it comes.</param>
    public void Write(TextWriter output, bool isTerminal)
    {
        using var buffer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(buffer),
        });
        console.Profile.Width = isTerminal ? AnsiConsole.Profile.Width : Unlimited;
        var table = new Table { Border = isTerminal ? TableBorder.Simple : TableBorder.None };
        for (var column = 0; column < columns.Length; column++)
        {
            var heading = new TableColumn(Markup.Escape(columns[column])) { Padding = new Padding(0, 0, column == columns.Length - 1 ? 0 : 2, 0) };
            if (numbers.Contains(column))
                heading.Alignment = Justify.Right;
            table.AddColumn(heading);
        }

        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
        foreach (var line in buffer.ToString().Split('\n').SkipWhile(string.IsNullOrWhiteSpace).Reverse().SkipWhile(string.IsNullOrWhiteSpace).Reverse())
            output.WriteLine(line.TrimEnd());
    }
}

using VRouter.Host.Cli;

namespace VRouter.Host.Tests.Cli;

public sealed class DataTableTests
{
    [Fact]
    public void Write_NotATerminal_IsPlainColumnsOnOneLineEach()
    {
        var table = new DataTable("name", "count", "note").Numbers("count");
        table.Add("a [b]", "7", new string('x', 300));
        table.Add("longer", "12345", "");
        using var output = new StringWriter();
        table.Write(output, isTerminal: false);
        Assert.Equal(
            [
                "name    count  note",
                $"a [b]       7  {new string('x', 300)}",
                "longer  12345",
            ],
            output.ToString().TrimEnd().Split('\n'));
    }
}

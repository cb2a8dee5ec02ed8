using System.CommandLine;

namespace VRouter.Host.Cli;

/// <summary>The options that several commands share.</summary>
internal static class ConfigurationOptions
{
    /// <summary><c>-f PATH...</c></summary>
    public static Option<string[]> Files() => new("--file", "-f")
    {
        Description = "YAML or JSON files, or directories of them (*.yaml, *.yml, *.json). Can be repeated.",
        HelpName = "PATH",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary><c>--node NAME</c></summary>
    public static Option<string?> Node() => new("--node")
    {
        Description = "The node's name in the resources. Default: the only RouterConfiguration there is, or the one named as this host.",
        HelpName = "NAME",
    };

    /// <summary><c>-o table|json</c></summary>
    public static Option<string> Output()
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "table for people, json for programs.",
            DefaultValueFactory = _ => "table",
            HelpName = "table|json",
        };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }
}

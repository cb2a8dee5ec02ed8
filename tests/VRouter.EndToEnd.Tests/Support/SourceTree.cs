namespace VRouter.EndToEnd.Tests.Support;

/// <summary>Files of the source tree that tests use.</summary>
internal static class SourceTree
{
    /// <summary>The folder of vrouter.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "vrouter.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no vrouter.sln above {AppContext.BaseDirectory}");
    }
}

using System.Runtime.CompilerServices;

namespace VRouter.TestKit;

/// <summary>Files of the checkout that tests run in.</summary>
public static class RepositoryFiles
{
    /// <summary>The checkout's root: the folder that holds vrouter.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a file below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "vrouter.sln")))
                return folder;
        }

        throw new InvalidOperationException($"No vrouter.sln above '{AppContext.BaseDirectory}'; built from '{thisFile}'.");
    }
}

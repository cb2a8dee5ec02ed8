using System.Security.Cryptography;
using System.Text;
using VRouter.Host.Configuration;

namespace VRouter.Host.Sources;

/// <summary>Tells whether files say the same as before: a hash over names, contents, and what could not be read.</summary>
internal readonly record struct ContentFingerprint(string Value)
{
    public static ContentFingerprint None => new(string.Empty);

    public static ContentFingerprint Of(IEnumerable<ConfigurationFile> files, DiagnosticBag unreadable)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            Append(hash, file.Name);
            hash.AppendData(BitConverter.GetBytes(file.Content.Length));
            hash.AppendData(file.Content.Span);
        }

        foreach (var diagnostic in unreadable.ToDiagnostics())
            Append(hash, diagnostic.ToString());
        return new ContentFingerprint(Convert.ToHexString(hash.GetHashAndReset()));
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}

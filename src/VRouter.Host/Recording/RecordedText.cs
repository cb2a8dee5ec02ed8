using System.Text;
using VRouter.Host.Configuration;

namespace VRouter.Host.Recording;

/// <summary>A file of a configuration.</summary>
/// <param name="Name">Its name in findings.</param>
/// <param name="Text">What it says.</param>
internal sealed record RecordedText(string Name, string Text)
{
    /// <summary>Takes a valid file.</summary>
    public static RecordedText Of(ConfigurationFile file) => new(file.Name, Encoding.UTF8.GetString(file.Content.Span));
}

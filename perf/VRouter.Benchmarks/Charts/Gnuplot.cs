using System.ComponentModel;
using System.Diagnostics;

namespace VRouter.Benchmarks.Charts;

/// <summary>Runs gnuplot, which draws to standard output.</summary>
internal static class Gnuplot
{
    /// <summary>Draws a script's picture into a file.</summary>
    /// <exception cref="InvalidOperationException">gnuplot is not installed, or does not like the script.</exception>
    public static void Draw(string script, string file)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("gnuplot") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var picture = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(script);
            process.StandardInput.Close();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"gnuplot failed: {errors.Result}");
            File.WriteAllText(file, picture.Result);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"gnuplot cannot be run: {e.Message} (Debian: apt-get install gnuplot-nox)");
        }
    }
}

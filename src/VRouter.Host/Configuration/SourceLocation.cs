namespace VRouter.Host.Configuration;

/// <summary>A place in a configuration file. Lines and columns count from 1; line 0 means the file (or path) as a whole.</summary>
public readonly record struct SourceLocation(string File, int Line, int Column) : IComparable<SourceLocation>
{
    /// <summary>The place of things that were not read from a file.</summary>
    public static SourceLocation None => new(string.Empty, 0, 0);

    /// <summary>A file or path as a whole.</summary>
    public static SourceLocation Of(string file) => new(file, 0, 0);

    /// <inheritdoc/>
    public int CompareTo(SourceLocation other)
    {
        var byFile = string.CompareOrdinal(File, other.File);
        if (byFile != 0)
            return byFile;
        return Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
    }

    /// <summary>"file:line:column", or "file" for a whole file.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";

    /// <summary>Order by file, line and column.</summary>
    public static bool operator <(SourceLocation left, SourceLocation right) => left.CompareTo(right) < 0;

    /// <summary>Order by file, line and column.</summary>
    public static bool operator >(SourceLocation left, SourceLocation right) => left.CompareTo(right) > 0;

    /// <summary>Order by file, line and column.</summary>
    public static bool operator <=(SourceLocation left, SourceLocation right) => left.CompareTo(right) <= 0;

    /// <summary>Order by file, line and column.</summary>
    public static bool operator >=(SourceLocation left, SourceLocation right) => left.CompareTo(right) >= 0;
}

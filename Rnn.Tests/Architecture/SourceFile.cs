using System;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Rnn.Tests.Architecture;

/// <summary>A C# file of the repository, with and without its comments and literals.</summary>
internal sealed partial class SourceFile
{
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Code = WithoutCommentsAndLiterals(text);
        Usings = [.. UsingLine().Matches(Code).Select(match => match.Groups["name"].Value)];
        Namespace = NamespaceLine().Match(Code).Groups["name"].Value;
    }

    /// <summary>From the repository's root, with '/': Rnn.Core/Layers/Lstm.cs.</summary>
    public string Path { get; }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>The same lines; comments, strings and characters are gone.</summary>
    public string Code { get; }

    /// <summary>What its using directives name; of an alias, the type.</summary>
    public string[] Usings { get; }

    public string Namespace { get; }

    public string Project => Path[..Path.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The folder within the project: Layers; empty for the project's root.</summary>
    public string Folder
    {
        get
        {
            string[] parts = Path.Split('/');
            return string.Join('/', parts[1..^1]);
        }
    }

    /// <summary>The first of its folders: Kernels of Kernels/Products.</summary>
    public string TopFolder => Folder.Split('/')[0];

    /// <summary>The file's name up to the first dot: Gemm of Gemm.Blocked.cs.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..].Split('.')[0];

    public int Lines => Text.AsSpan().TrimEnd().Count('\n') + 1;

    public bool Has(string pattern) => Regex.IsMatch(Code, pattern, RegexOptions.CultureInvariant);

    public override string ToString() => Path;

    // Enough C# for this: // and /* */, "", @"", $"", """raw""", 'c'. What an interpolation computes goes too.
    private static string WithoutCommentsAndLiterals(string text)
    {
        StringBuilder code = new(text.Length);
        for (int at = 0; at < text.Length;)
        {
            int end = SkipAt(text, at);
            if (end == at)
            {
                code.Append(text[at++]);
                continue;
            }

            code.Append(' ').Append('\n', text.AsSpan(at, end - at).Count('\n'));
            at = end;
        }

        return code.ToString();
    }

    private static int SkipAt(string text, int at)
    {
        string rest(int length) => text.Substring(at, Math.Min(length, text.Length - at));
        if (rest(2) == "//")
            return EndOf(text, "\n", at + 2) is var line && line < text.Length ? line - 1 : line;
        if (rest(2) == "/*")
            return EndOf(text, "*/", at + 2);
        if (rest(3) == "\"\"\"")
            return EndOf(text, "\"\"\"", at + 3);
        if (text[at] == '@' && (rest(2) == "@\"" || rest(3) == "@$\""))
            return EndOf(text, "\"", text.IndexOf('"', at) + 1);
        if (text[at] is '"' or '\'')
        {
            int end = at + 1;
            while (end < text.Length && text[end] != text[at] && text[end] != '\n')
                end += text[end] == '\\' ? 2 : 1;

            return Math.Min(end + 1, text.Length);
        }

        return at;
    }

    private static int EndOf(string text, string mark, int from)
    {
        int found = text.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found + mark.Length;
    }

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?(?<name>[\w.]+)\s*(?:<[^;]*>)?;",
        RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}

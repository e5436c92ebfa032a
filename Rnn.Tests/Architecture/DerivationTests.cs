using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Rnn.Core.Layers;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>Every derivation says which method computes which formula, and is right about it.</summary>
public partial class DerivationTests
{
    private const string Head = "| Formula | Method |\n|---|---|\n";

    // "Linear", "LossKernels.HuberTerm": types as the tables name them, generic or not.
    private static readonly ILookup<string, Type> s_types = typeof(Linear).Assembly.GetTypes()
        .ToLookup(type => Arity().Replace(type.FullName![(type.Namespace?.Length + 1 ?? 0)..], "").Replace('+', '.'));

    public static TheoryData<string> Derivations()
    {
        string core = Path.Combine(Repository.RootOrSkip(), "Rnn.Core");
        return [.. Directory.GetFiles(core, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(core, path).Replace('\\', '/')).Where(path => path.Contains('/')).Order()];
    }

    [Theory]
    [MemberData(nameof(Derivations))]
    public void NamesTheMethodOfEachFormula(string derivation)
    {
        string text = File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "Rnn.Core", derivation));
        Assert.Contains(Head, text, StringComparison.Ordinal);
        string rows = Rows().Match(text).Value;
        Assert.All(rows.TrimEnd().Split('\n'), row => Assert.Matches(@"^\| .+ \| .*`\w+\.[\w.]+`.* \|$", row));
        Assert.Empty(Missing(rows));
    }

    [Fact]
    public void AMethodThatIsGoneIsFound() =>
        Assert.Equal(["Linear.Backwards", "Lineal.Forward", "Linear.Sideways"],
            Missing("| Y | `Linear.Forward`, `Linear.Backwards` |\n| W | `Lineal.Forward` |\n| b | `Linear.Backward`, `Sideways` |"));

    /// <summary>Of `Type.Method`, and `Method` after it for another one of the same type, those that don't exist.</summary>
    private static IEnumerable<string> Missing(string rows)
    {
        string type = "";
        foreach (string name in Name().Matches(rows).Select(match => match.Groups["name"].Value))
        {
            int dot = name.LastIndexOf('.');
            if (dot > 0)
                type = name[..dot];

            string method = name[(dot + 1)..];
            if (!s_types[type].Any(known => Declares(known, method)))
                yield return $"{type}.{method}";
        }
    }

    // Also in a type within it: the job of a kernel.
    private static bool Declares(Type type, string method) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
            | BindingFlags.DeclaredOnly).Any(known => known.Name == method)
        || type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Any(inner => Declares(inner, method));

    [GeneratedRegex(@"`\d+")]
    private static partial Regex Arity();

    [GeneratedRegex(@"(?<=\| Formula \| Method \|\n\|---\|---\|\n)(?:\|.*(?:\n|$))+")]
    private static partial Regex Rows();

    [GeneratedRegex(@"`(?<name>[A-Z]\w*(?:\.[A-Z]\w*)*)`")]
    private static partial Regex Name();
}

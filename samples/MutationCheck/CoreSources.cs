using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Enumeration;
using System.Linq;
using System.Reflection;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rnn.Samples.MutationCheck;

/// <summary>The sources of Rnn.Core, parsed once; each mutant is one tree of them exchanged.</summary>
internal sealed class CoreSources
{
    private static readonly string[] s_rooms = ["Layers/", "Heads/", "Losses/", "Optimizers/"];

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<string, SyntaxTree> _trees = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _declared, _named;

    /// <summary>Parses them.</summary>
    /// <param name="root">The folder of the repository.</param>
    public CoreSources(string root)
    {
        string folder = Path.Combine(root, "Rnn.Core");
        CSharpParseOptions options = new(LanguageVersion.Latest, DocumentationMode.None);
        foreach (string path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal))
                _trees[name] = CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(path)), options, path);
        }

        AssemblyName built = typeof(Core.Tensors.Shape).Assembly.GetName();
        string attributes = $"[assembly: System.Reflection.AssemblyVersion(\"{built.Version}\")]"
            + "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Rnn.Tests\")]";
        _compilation = CSharpCompilation.Create("Rnn.Core", [.. _trees.Values, CSharpSyntaxTree.ParseText(attributes, options)],
            References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, deterministic: true,
                optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        string[] rooms = [.. _trees.Keys.Where(IsInRooms)];
        _declared = rooms.ToDictionary(file => file, file => Names(_trees[file], isDeclared: true));
        _named = rooms.ToDictionary(file => file, file => Names(_trees[file], isDeclared: false));
    }

    /// <summary>All mutants of the files that a pattern fits.</summary>
    /// <param name="pattern">Below Rnn.Core, with * for anything: "Layers/*Lstm*".</param>
    public IReadOnlyList<Mutant> Mutants(string pattern) =>
    [
        .. _trees.Where(tree => IsInRooms(tree.Key) && FileSystemName.MatchesSimpleExpression(pattern, tree.Key))
            .SelectMany(tree => MutantFinder.In(tree.Value, tree.Key)),
    ];

    /// <summary>Compiles the sources, with a mutant or as they are.</summary>
    /// <returns>The assembly, or null: it doesn't compile.</returns>
    public byte[]? Compile(Mutant? mutant)
    {
        CSharpCompilation compilation = mutant is null
            ? _compilation
            : _compilation.ReplaceSyntaxTree(mutant.Tree, mutant.Apply());
        using MemoryStream stream = new();
        return compilation.Emit(stream, cancellationToken: CancellationToken.None).Success ? stream.ToArray() : null;
    }

    /// <summary>The types of a file (0), those of files that name them (1), and so on: how far each is away.</summary>
    public IReadOnlyDictionary<string, int> Users(string file)
    {
        Dictionary<string, int> distances = _declared[file].ToDictionary(type => type, _ => 0, StringComparer.Ordinal);
        for (int distance = 1, before = 0; before < distances.Count; distance++)
        {
            before = distances.Count;
            HashSet<string> known = [.. distances.Keys];
            foreach ((string other, HashSet<string> named) in _named)
            {
                if (!named.Overlaps(known))
                    continue;

                foreach (string type in _declared[other])
                    distances.TryAdd(type, distance);
            }
        }

        return distances;
    }

    private static bool IsInRooms(string file) => Array.Exists(s_rooms, room => file.StartsWith(room, StringComparison.Ordinal));

    private static HashSet<string> Names(SyntaxTree tree, bool isDeclared) => isDeclared
        ? [.. tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text)]
        : [.. tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Select(name => name.Identifier.Text)];

    // What this program itself runs on, and what it found beside it.
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(path) is "mscorlib.dll" or "netstandard.dll" or "Microsoft.Win32.Primitives.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
}

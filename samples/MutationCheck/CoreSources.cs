using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Enumeration;
using System.Linq;
using System.Reflection;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Rnn.Samples.MutationCheck;

/// <summary>The sources of Rnn.Core, parsed once; each mutant is one tree of them exchanged.</summary>
internal sealed class CoreSources
{
    private static readonly string[] s_rooms = ["Layers/", "Heads/", "Losses/", "Optimizers/"];

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<string, SyntaxTree> _trees = new(StringComparer.Ordinal);
    private readonly CSharpParseOptions _options = new(LanguageVersion.Latest, DocumentationMode.None);

    /// <summary>Parses them.</summary>
    /// <param name="root">The folder of the repository.</param>
    public CoreSources(string root)
    {
        string folder = Path.Combine(root, "Rnn.Core");
        foreach (string path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal))
                _trees[name] = CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(path)), _options, path);
        }

        AssemblyName built = typeof(Core.Tensors.Shape).Assembly.GetName();
        string attributes = $"[assembly: System.Reflection.AssemblyVersion(\"{built.Version}\")]"
            + "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Rnn.Tests\")]";
        _compilation = CSharpCompilation.Create("Rnn.Core", [.. _trees.Values, CSharpSyntaxTree.ParseText(attributes, _options)],
            References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, deterministic: true,
                optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>All mutants of the files that a pattern fits.</summary>
    /// <param name="pattern">Below Rnn.Core, with * for anything: "Layers/*Lstm*".</param>
    public IReadOnlyList<Mutant> Mutants(string pattern)
    {
        Dictionary<(string File, string Line, string Change), int> places = [];
        List<Mutant> mutants = [];
        foreach ((string file, SyntaxTree tree) in _trees)
        {
            if (!IsInRooms(file) || !FileSystemName.MatchesSimpleExpression(pattern, file))
                continue;

            foreach (Mutant mutant in MutantFinder.In(tree, file).OrderBy(mutant => mutant.Change.Span.Start))
            {
                int place = places[(file, mutant.LineText, mutant.Description)] =
                    places.GetValueOrDefault((file, mutant.LineText, mutant.Description)) + 1;
                mutants.Add(mutant with { Place = place });
            }
        }

        return mutants;
    }

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

    /// <summary>Compiles the sources with all mutants in them, each behind its number, as far as the compiler takes them so: not
    /// where a constant is wanted, or where a variable must be assigned.</summary>
    /// <param name="mutants">Number n is that at n - 1.</param>
    /// <returns>The assembly, and the numbers in it.</returns>
    public (byte[] Assembly, HashSet<int> Numbers) CompileAll(IReadOnlyList<Mutant> mutants)
    {
        HashSet<int> numbers = [.. Enumerable.Range(1, mutants.Count).Where(number => !SwitchWriter.Declares(mutants[number - 1].Host))];
        SyntaxTree asked = CSharpSyntaxTree.ParseText(SwitchWriter.Switch(mutants.Count + 1), _options);
        while (true)
        {
            CSharpCompilation compilation = _compilation.AddSyntaxTrees(asked);
            foreach (IGrouping<SyntaxTree, int> file in numbers.GroupBy(number => mutants[number - 1].Tree))
            {
                string text = SwitchWriter.Write(file.Key, file.Order().Select(number => (number, mutants[number - 1])));
                compilation = compilation.ReplaceSyntaxTree(file.Key, CSharpSyntaxTree.ParseText(text, _options, file.Key.FilePath));
            }

            using MemoryStream stream = new();
            EmitResult result = compilation.Emit(stream);
            if (result.Success)
                return (stream.ToArray(), numbers);

            Diagnostic[] errors = [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
            int[][] refused = [.. errors.Where(error => error.Location.SourceTree is not null)
                .Select(error => SwitchWriter.Numbers(error.Location.SourceTree!, error.Location.SourceSpan).ToArray())];

            // An error may follow from another one: a variable that is declared twice is not assigned either.
            int[] sure = [.. refused.Where(found => found.Length == 1).SelectMany(found => found)];
            int before = numbers.Count;
            numbers.ExceptWith(sure.Length > 0 ? sure : refused.SelectMany(found => found));
            if (numbers.Count == before)
                throw new InvalidDataException($"Rnn.Core doesn't compile with its mutants: {errors[0]}");
        }
    }

    private static bool IsInRooms(string file) => Array.Exists(s_rooms, room => file.StartsWith(room, StringComparison.Ordinal));

    // What this program itself runs on, and what it found beside it.
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(path) is "mscorlib.dll" or "netstandard.dll" or "Microsoft.Win32.Primitives.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
}

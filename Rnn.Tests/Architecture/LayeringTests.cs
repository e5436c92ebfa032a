using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Rnn.Core.Layers;
using Rnn.Models.CharRnn;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>
/// The plan of the house ("Floors" in DESIGN.md): what a file may name is what stands below it. Each test lists every
/// offence, not the first.
/// </summary>
public class LayeringTests
{
    private const int MostColumns = 140;

    // From the bottom; folders of one floor don't see each other. A folder with rooms has one entry for each.
    private static readonly string[][] s_core =
    [
        ["Diagnostics"],
        ["Buffers"],
        ["Kernels/Threads"],
        ["Kernels/Vectors"],
        ["Kernels/RandomNumbers", "Kernels/Products"],
        ["Kernels/Recurrent", "Kernels/Pooling", "Kernels/Attention", "Kernels/Heads", "Kernels/Updates", "Kernels/WordVectors",
            "Kernels/Transformer"],
        ["Tensors"],
        ["Parameters"],
        ["Layers"],
        ["Layers/Recurrent", "Layers/Pooling", "Layers/Normalization", "Losses", "Optimizers"],
        ["Layers/Attention"],
        ["Layers/Transformer"],
        ["Heads"],
        ["Serialization"],
        ["Serialization/Safetensors", "Serialization/Numpy", "Serialization/Onnx"],
        ["Serialization/Checkpoints", "Serialization/Keras"],
    ];

    // Every folder that isn't named here is a model and stands on top; models don't see each other.
    private static readonly string[][] s_models =
    [
        ["Diagnostics"],
        ["Files"],
        ["Text", "Data", "Corpora"],
        ["Text/Words", "Text/Labelled", "Text/Scores", "Embeddings", "Batching", "Saving"],
        ["Text/Phrases", "Text/Scripts", "Text/Parallel", "Embeddings/Files", "Embeddings/Evaluation", "Embeddings/Projection"],
        ["Classification", "Forecasting", "LanguageModels/NGrams", "Corpora/Scripts", "Corpora/Dates"],
        ["Training"],
        ["Networks"],
        ["Generation"],
        ["LanguageModels"],
    ];

    [Fact]
    public void UsingsPointDown()
    {
        List<string> offences = [];
        foreach (SourceFile file in Packages())
        {
            Assert.True(Floor(file.Project, file.Folder) >= 0, $"{file}: the folder has no floor; give it one here.");
            IEnumerable<string> named = file.Usings.Concat(Regex.Matches(
                Regex.Replace(file.Code, @"^\s*(using|namespace) .*$", "", RegexOptions.Multiline),
                @"\bRnn\.\w+(\.\w+)+").Select(match => match.Value));
            offences.AddRange(
                from name in named
                let parts = name.Split('.')
                where parts is ["Rnn", _, ..] && !MayName(file, parts)
                select $"{file}: {name}");
        }

        NoOffences(offences, "These point up, or sideways. Move the code, or pass plain values.");
    }

    [Fact]
    public void NamesWithoutUsingPointDownToo()
    {
        // Inside Rnn.Core, "Layers.Linear" needs no using: a using directive is then missing, and the dependency
        // hidden.
        List<string> offences = [];
        foreach (SourceFile file in Repository.Sources("Rnn.Core"))
        {
            string above = string.Join('|', s_core.SelectMany(floor => floor)
                .Where(folder => folder != file.Folder && Floor("Rnn.Core", folder) >= Floor("Rnn.Core", file.Folder))
                .Select(folder => folder.Split('/')[^1]));
            if (above.Length > 0)
            {
                offences.AddRange(Regex.Matches(file.Code, $@"(?<![\w.])({above})\.[A-Z]\w*")
                    .Select(match => $"{file}: {match.Value}"));
            }
        }

        NoOffences(offences, "These name a type of a floor above.");
    }

    [Theory]
    [InlineData("Rnn.Core")]
    [InlineData("Rnn.Models")]
    public void TheDesignShowsTheseFloors(string project)
    {
        string design = File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "Rnn.Core", "DESIGN.md"));
        string plan = Regex.Match(design, $@"(?<=\n{project}\n)(    .*\n)+").Value;
        string[][] shown = [.. Regex.Matches(plan, @"^    (?<names>[A-Z][\w/]*(, [A-Z][\w/]*)*)(  .*)?$", RegexOptions.Multiline)
            .Select(line => line.Groups["names"].Value.Split(", ")).Reverse()];
        string[][] floors = project == "Rnn.Core"
            ? s_core
            : [.. s_models, ["CharRnn", "Word2Vec", "Sentiment", "ScriptGeneration", "Translation", "TimeSeries"]];
        Assert.Equal(floors.Select(names => names.Order()), shown.Select(names => names.Order()));
    }

    [Fact]
    public void FoldersAreNamespaces() => NoOffences(
        from file in Packages()
        where file.Namespace != $"{file.Project}.{file.Folder.Replace('/', '.')}" || file.Folder.Length == 0
        select $"{file}: namespace {file.Namespace}", "Each folder is a namespace; the root namespaces are empty.");

    [Fact]
    public void UnsafeCodeIsInBuffersAndKernels() => NoOffences(
        from file in Packages()
        where !(file.Project == "Rnn.Core" && file.TopFolder is "Buffers" or "Kernels") && file.Has(@"\bunsafe\b")
        select file.Path, "unsafe lives in Buffers and Kernels and nowhere else.");

    [Fact]
    public void TensorPrimitivesAreUsedByKernelsAlone() => NoOffences(
        from file in Packages()
        where file.TopFolder != "Kernels" && file.Has(@"\bSystem\.Numerics\.Tensors\b")
        select file.Path, "System.Numerics.Tensors appears only under Kernels (its Tensor clashes with ours).");

    [Fact]
    public void TheWidthOfVectorsIsChosenInOnePlace()
    {
        string[] choosing =
        [
            "Vectors/SimdWidth.cs",
            "Vectors/SimdInfo.cs",
            "Products/MicroKernel.cs",        // a tile isn't generic in the width
            "RandomNumbers/PhiloxWords.cs",   // lanes of integers are no ISimd
            "RandomNumbers/DropoutMask.cs",
        ];
        Assert.Equal(choosing.Select(path => $"Rnn.Core/Kernels/{path}").Order(),
            from file in Packages() where file.Has(@"\bIs(256|512)\b") orderby file.Path select file.Path);
    }

    [Fact]
    public void KernelsAndLayersHaveNoLinq() => NoOffences(
        from file in Repository.Sources("Rnn.Core")
        where file.TopFolder is "Kernels" or "Layers" && file.Has(@"\bSystem\.Linq\b")
        select file.Path, "LINQ allocates on every call.");

    [Fact]
    public void KernelsAndLayersHaveNoClosures() => NoOffences(
        from type in typeof(Linear).Assembly.GetTypes()
        where type.Name.Contains("DisplayClass", StringComparison.Ordinal) && !type.IsValueType
            && Regex.IsMatch(type.Namespace!, @"^Rnn\.Core\.(Kernels|Layers)\b")
        select type.FullName!.Split('+')[0], "A lambda that captures a variable allocates on every call.");

    [Fact]
    public void NothingReadsAClockOrDrawsUnasked() => NoOffences(
        from file in Repository.Sources("Rnn.Core")
        where file.Path is not ("Rnn.Core/Kernels/Threads/Workers.cs"   // how long to spin before parking
            or "Rnn.Core/Kernels/WordVectors/WindowPipeline.cs"   // how long to wait; no result depends on it
            or "Rnn.Core/Serialization/TensorBoard/EventFileWriter.cs")   // events have times
        from Match match in Regex.Matches(file.Code,
            @"\b(Random\.Shared|new Random\b|Stopwatch|TimeProvider|DateTime(Offset)?\.(Utc)?Now|TickCount(64)?)\b")
        select $"{file}: {match.Value}", "Randomness is an argument, and nothing depends on the clock.");

    [Fact]
    public void EveryForwardHasItsBackwardBelow()
    {
        List<string> offences = [];
        foreach (SourceFile file in Repository.Sources("Rnn.Core")
            .Where(file => file.TopFolder is "Layers" or "Heads" or "Losses"))
        {
            List<string> methods = [.. Regex.Matches(file.Code,
                @"^    (?:public|internal|protected|private)[^=;({]*?\b(?<name>\w*(?:Forward|Backward)\w*)\s*(?:<\w+>)?\(",
                RegexOptions.Multiline).Select(match => match.Groups["name"].Value)];
            for (int i = 0; i < methods.Count; i++)
            {
                // ForwardBackward is both at once: it needs no other, and is what a head's or a loss's Forward needs.
                string both = methods[i].Replace("Forward", "ForwardBackward", StringComparison.Ordinal);
                string twin = methods[i].Replace("Forward", "Backward", StringComparison.Ordinal);
                if (twin != methods[i] && methods[i] != file.Name   // a constructor: FeedForward's
                    && !methods[i].Contains("Backward", StringComparison.Ordinal)
                    && methods.IndexOf(twin, i) < 0 && (file.TopFolder == "Layers" || methods.IndexOf(both, i) < 0))
                {
                    offences.Add($"{file}: {methods[i]} has no {twin} below it");
                }
            }
        }

        NoOffences(offences, "Backward mirrors Forward: same file, below.");
    }

    [Fact]
    public void EveryLayerHeadAndLossHasItsDerivation()
    {
        string core = Path.Combine(Repository.RootOrSkip(), "Rnn.Core");
        NoOffences(
            from type in typeof(Linear).Assembly.GetExportedTypes()
            let folder = type.Namespace!["Rnn.Core.".Length..].Replace('.', '/')
            where folder.Split('/')[0] is "Layers" or "Heads" or "Losses" && (!type.IsAbstract || type.IsSealed)
                && type.GetMethods().Any(method => method.Name == "Forward")
                && !File.Exists(Path.Combine(core, folder, $"{type.Name}.md"))
            select $"{folder}/{type.Name}.md", "A layer, a head or a loss arrives with its derivation.");
    }

    [Fact]
    public void OnePublicTypeAFile() => NoOffences(
        from file in Packages()
        let types = Regex.Matches(file.Code,
            @"^(?<public>public )?(?:[a-z]+ )*?"
                + @"(?<kind>class|struct|record struct|record class|record|interface|enum|delegate \S+) (?<name>\w+)",
            RegexOptions.Multiline)
        let large = types.Where(type => type.Groups["public"].Success && type.Groups["kind"].Value != "enum").ToList()
        where large.Count > 1 || (large.Count == 1 && types.All(type => type.Groups["name"].Value != file.Name))
        select $"{file}: {string.Join(", ", types.Select(type => type.Groups["name"].Value))}",
        "One public type a file (enums may stand beside it), and one of the file's name.");

    [Fact]
    public void OneLineBodiesHaveNoBraces() => NoOffences(
        from file in Repository.Sources("Rnn.Core", "Rnn.Models", "Rnn.Benchmarks", "Rnn.Tests", "samples")
        from Match match in Regex.Matches(file.Text,
            @"(?<=\n)(?<in> *)(?:for|foreach|while|if) \(.*\)\n\k<in>\{\n"
                + @"\k<in>    (?!if|for|while|foreach)[^ \n}/].*;\n\k<in>\}\n(?!\k<in>else)")
        select $"{file}: {match.Value.Split('\n')[0].Trim()}",
        "A body of one line has no braces, unless another branch needs them (the compiler sees to the rest: IDE0011).");

    [Fact]
    public void WhatCountsForTheWholeProcessIsTestedAlone() => NoOffences(
        from file in Repository.Sources("Rnn.Tests")
        where file.Has(@"\bAllocations\.|\bGC\.GetTotalAllocatedBytes\b|\bWorkers\.Count = ")
            && file.Name != "Allocations" && !file.Text.Contains("[Collection(\"Alone\")]", StringComparison.Ordinal)
        select file.Path, "Tests beside it would allocate too, or find another number of threads: [Collection(\"Alone\")].");

    [Fact]
    public void FilesAreShort() => NoOffences(
        from file in Repository.Sources("Rnn.Core", "Rnn.Models", "Rnn.Benchmarks", "samples")
        where file.Lines > 500
        select $"{file}: {file.Lines} lines", "At 500 lines a file is two ideas.");

    [Fact]
    public void LinesAreShort() => NoOffences(
        from file in Repository.Sources("Rnn.Core", "Rnn.Models", "Rnn.Benchmarks", "Rnn.Tests", "samples")
        from line in file.Text.Split('\n')
        where line.Length > MostColumns
        select $"{file}: {line.Trim()}", $"At most {MostColumns} columns, and better 120.");

    [Fact]
    public void SourcesAreAsciiWithLineFeeds() => NoOffences(
        from file in Repository.Sources("Rnn.Core", "Rnn.Models", "Rnn.Benchmarks", "Rnn.Tests", "samples")
        let strange = file.Text.FirstOrDefault(c => c == '\r' || (c > '~' && file.Project != "Rnn.Tests"))
        where strange != 0
        select $"{file}: U+{(int)strange:X4}", "ASCII only (but for data of tests), and LF line ends.");

    [Fact]
    public void ThePackagesNeedNothingElse()
    {
        Assert.Equal(["System.Numerics.Tensors"], References(typeof(Linear).Assembly));
        Assert.Empty(References(typeof(CharRnnModel).Assembly).Except(["Rnn.Core", "MathNet.Numerics"]));
    }

    // What isn't part of .NET itself.
    private static IEnumerable<string> References(Assembly assembly)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return assembly.GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => !File.Exists(Path.Combine(runtime, $"{name}.dll")));
    }

    private static bool MayName(SourceFile file, string[] name)
    {
        if (name.Length < 3 || name[1] is not ("Core" or "Models"))
            return false;
        string project = $"Rnn.{name[1]}";
        if (project != file.Project)
            return file.Project == "Rnn.Models";
        string room = Room(project, name[2..]);
        return room == Room(project, file.Folder.Split('/')) || Floor(project, room) < Floor(project, file.Folder);
    }

    private static int Floor(string project, string folder)
    {
        string room = Room(project, folder.Split('/'));
        string[][] floors = Floors(project);
        int floor = Array.FindIndex(floors, names => names.Contains(room));
        return floor < 0 && project == "Rnn.Models" ? floors.Length : floor;
    }

    /// <summary>"Kernels/Products" if that has a floor of its own, else "Kernels".</summary>
    private static string Room(string project, string[] path)
    {
        string room = path.Length > 1 ? $"{path[0]}/{path[1]}" : path[0];
        return Floors(project).Any(names => names.Contains(room)) ? room : path[0];
    }

    private static string[][] Floors(string project) => project == "Rnn.Core" ? s_core : s_models;

    private static List<SourceFile> Packages() => Repository.Sources("Rnn.Core", "Rnn.Models");

    private static void NoOffences(IEnumerable<string> offences, string rule)
    {
        List<string> list = [.. offences];
        Assert.True(list.Count == 0, $"{rule}\n  {string.Join("\n  ", list)}");
    }
}

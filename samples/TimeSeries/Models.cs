using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Models.TimeSeries;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.TimeSeries;

/// <summary>The models of a run, one a seed.</summary>
internal static class Models
{
    private const string Parts = "seed-*";

    /// <summary>Which models a command asks.</summary>
    public static ModelOption Option { get; } = new(Program.DefaultFolder);

    /// <summary>What a run writes.</summary>
    public static RunFiles Files { get; } = RunFiles.Usual.With([], ForecastPicture.FileName, Sine.FileName) with
    {
        Folders = [Parts],
        Meanings = [(ForecastPicture.FileName, "the last forecasts"), (Sine.FileName, "the lesson's sine")],
    };

    /// <summary>The folder in a run's own of one of its models; null: the first is in the run's own.</summary>
    public static string? FolderOf(int index, ulong seed) => index == 0 ? null : Invariant($"seed-{seed}");

    /// <summary>All models of a run, if its folder was named or nothing; the one whose file was named.</summary>
    public static IReadOnlyList<SeriesModel> Load(ParseResult parsed) => Load(Option.FileOf(parsed), Option.IsFolder(parsed));

    /// <summary>The same of a path that an option names.</summary>
    public static IReadOnlyList<SeriesModel> Load(string path) => Load(ModelOption.Existing(path), Directory.Exists(path));

    private static IReadOnlyList<SeriesModel> Load(string file, bool withParts)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string[] others = withParts
            ? [.. Directory.GetDirectories(folder, Parts).OrderBy(part => part.Length).ThenBy(part => part, StringComparer.Ordinal)
                .Select(part => Path.Combine(part, RunFiles.Model)).Where(File.Exists)]
            : [];
        return [SeriesModel.Load(file), .. others.Select(SeriesModel.Load)];
    }

    /// <summary>What forecasts with models: each, or groups of them, and last, where there are several groups, the average of
    /// all.</summary>
    /// <param name="models">At least one.</param>
    /// <param name="members">How many neighbours are one forecaster.</param>
    /// <param name="seed">That of the first model, for names; null: they are numbered.</param>
    public static IReadOnlyList<SeriesForecaster> Forecasters(IReadOnlyList<SeriesModel> models, int members = 1, ulong? seed = null)
    {
        string name = TimeSeriesSettings.Describe(models[0].Options), several = members == 1 ? name : $"{members} x {name}";
        if (models.Count == members)
            return [new SeriesForecaster(models) { Name = several }];

        string Group(int index)
        {
            if (seed is not ulong first)
                return Invariant($"{index + 1}");

            ulong from = first + (ulong)(index * members);
            return members == 1 ? Invariant($"seed {from}") : Invariant($"seeds {from} to {from + (ulong)members - 1}");
        }

        return
        [
            .. models.Chunk(members).Select((group, i) => new SeriesForecaster(group) { Name = $"{several}, {Group(i)}" }),
            new SeriesForecaster(models) { Name = $"the average of {models.Count} networks" },
        ];
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Rnn.Tests.Infrastructure;

namespace Rnn.Samples.MutationCheck;

/// <summary>Which gradient checks and which classes of tests are nearest to a file, and the running of gradient checks.</summary>
/// <param name="sources">Who names whom.</param>
/// <param name="root">The folder of the repository.</param>
internal sealed partial class Checks(CoreSources sources, string root)
{
    private static readonly string[] s_rooms = ["Layers", "Heads", "Losses", "Optimizers", "Golden", "Serialization"];

    private readonly (string Class, HashSet<string> Words)[] _classes = [.. Classes(root)];

    /// <summary>The numbers of gradient checks of layers that use a file, nearest first, and of each layer the first one
    /// first. Where no layer of the catalogue names it, as stacks of any layers, one check of each shape; none for optimisers,
    /// which have no gradient.</summary>
    public int[] Gradients(string file)
    {
        IReadOnlyDictionary<string, int> users = sources.Users(file);
        if (file.StartsWith("Optimizers/", StringComparison.Ordinal))
            return [];

        if (!AreNamed(users))
        {
            return [.. GradientCases.All.Select((check, number) => (check.Layer, check.Shape, Number: number))
                .DistinctBy(check => (check.Layer, check.Shape)).Select(check => check.Number)];
        }

        return [.. GradientCases.All.Select((check, number) => (Layer: check.Layer.Split(',')[0], Number: number))
            .Where(check => users.ContainsKey(check.Layer))
            .GroupBy(check => check.Layer)
            .SelectMany(layer => layer.Select((check, place) => (check.Number, Place: place, Distance: users[check.Layer])))
            .OrderBy(check => check.Place > 0 ? check.Distance + 1 : check.Distance).ThenBy(check => check.Place)
            .Select(check => check.Number)];
    }

    /// <summary>Whether gradient checks are likely to find what is wrong in a file: there is one of a layer that uses it.</summary>
    public bool HasGradients(string file) => AreNamed(sources.Users(file));

    private static bool AreNamed(IReadOnlyDictionary<string, int> users) =>
        GradientCases.All.Any(check => users.ContainsKey(check.Layer.Split(',')[0]));

    /// <summary>The classes of tests that name a type of the file, or one that uses it, and all others of the file's room:
    /// they may test it by the name of a base class.</summary>
    public string[] Tests(string file)
    {
        IReadOnlyDictionary<string, int> users = sources.Users(file);
        string room = $"Rnn.Tests.{file.Split('/')[0]}.";
        return [.. _classes.Select(tests => (tests.Class, Distance: users.Where(user => tests.Words.Contains(user.Key))
                .Select(user => user.Value).DefaultIfEmpty(int.MaxValue).Min()))
            .Where(tests => tests.Distance <= 2 || tests.Class.StartsWith(room, StringComparison.Ordinal))
            .OrderBy(tests => tests.Distance)
            .Select(tests => tests.Class)];
    }

    /// <summary>Runs gradient checks in this process, until one fails.</summary>
    /// <param name="numbers">Of the checks, with commas between.</param>
    /// <returns>The name of the one that failed; null: none did.</returns>
    public static string? Failing(string numbers)
    {
        foreach (string number in numbers.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            GradientCase check = GradientCases.All[int.Parse(number, CultureInfo.InvariantCulture)];
            try
            {
                GradientReportRow row = check.Run();
                if (row.Failures.Count > 0 || row.Derivatives == 0)
                    return check.Name;
            }
            catch (Exception e)
            {
                return $"{check.Name} ({e.GetType().Name})";
            }
        }

        return null;
    }

    private static IEnumerable<(string, HashSet<string>)> Classes(string root)
    {
        foreach (string room in s_rooms)
        {
            string folder = Path.Combine(root, "Rnn.Tests", room);
            foreach (string file in Directory.EnumerateFiles(folder, "*Tests.cs", SearchOption.AllDirectories))
            {
                string name = Path.GetFileNameWithoutExtension(file), text = File.ReadAllText(file);
                Match space = Namespace().Match(text);
                bool isOfGradients = name is "GradientTests";   // these run before, in less time
                if (space.Success && !isOfGradients)
                    yield return ($"{space.Groups[1].Value}.{name}", [.. Word().Matches(text).Select(word => word.Value)]);
            }
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word();
}

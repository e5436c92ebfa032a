using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Word2Vec;

namespace Rnn.Samples.Word2Vec;

/// <summary>Settings under a name.</summary>
internal static class Presets
{
    /// <summary>Seconds of learning from built-in sentences, whose words belong to known classes.</summary>
    public static TrainSettings Demo { get; } = new() { Preset = "demo" };

    /// <summary>word2vec's default numbers, with skip-gram.</summary>
    public static TrainSettings Usual { get; } = new() { Preset = "word2vec" };

    /// <summary>The lesson's own numbers.</summary>
    public static TrainSettings Lesson { get; } = new()
    {
        Preset = "lesson",
        IsLesson = true,
        Dimensions = 300,
        Sample = 1e-5,
        MinCount = BatchedWord2VecTrainingOptions.LessonMinimumCount,
        MaxSentence = int.MaxValue,   // its text has no sentences, and contexts reach over all places
        Rate = 3e-3,
    };

    public static IEnumerable<(string Name, TrainSettings Settings)> Named =>
        [.. from one in (TrainSettings[])[Demo, Usual, Lesson] select (one.Preset, one)];

    public static string[] Names { get; } = [Demo.Preset, Usual.Preset, Lesson.Preset];

    /// <summary>The preset of that name, which is one of <see cref="Names"/>.</summary>
    public static TrainSettings Get(string name) =>
        Array.Find([Demo, Usual, Lesson], settings => settings.Preset == name)!;
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Labelled;

/// <content>Where texts with labels come from: two files, a table, folders.</content>
public sealed partial class LabelledTexts
{
    private const string Files = "*.txt";

    /// <summary>
    /// Reads texts with labels: those of two files where there is a second (<see cref="ReadLines"/>), of a folder with
    /// a folder a class (<see cref="ReadFolders"/>), or else of a table (<see cref="ReadTable"/>).
    /// </summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="labelsPath">The file of labels; null or empty: there is none.</param>
    /// <param name="options">How; null is the default.</param>
    /// <exception cref="InvalidDataException">
    /// It is not what it should be: the message says in which line, and what to do.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="ArgumentException">There is no such encoding, or the expected classes are no list of
    /// names.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static LabelledTexts Read(string path, string? labelsPath = null, LabelledTextsOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return !string.IsNullOrEmpty(labelsPath) ? ReadLines(path, labelsPath, options)
            : Directory.Exists(path) ? ReadFolders(path, options)
            : ReadTable(path, options);
    }

    /// <summary>Reads a text a line, and from another file a label a line.</summary>
    /// <param name="textsPath">The texts. No line is empty, and a line feed at the end of the last changes
    /// nothing.</param>
    /// <param name="labelsPath">The labels, without the white space around them.</param>
    /// <param name="options">How; null is the default.</param>
    /// <inheritdoc cref="Read"/>
    public static LabelledTexts ReadLines(string textsPath, string labelsPath, LabelledTextsOptions? options = null)
    {
        LabelReader labels = new(options ??= new LabelledTextsOptions());
        string[] texts = TextFile.ReadLines(textsPath, options.Encoding);
        string[] names = TextFile.ReadLines(labelsPath, options.Encoding);
        if (texts.Length != names.Length)
            Throw.TextsAndLabels(textsPath, texts.Length, labelsPath, names.Length);
        for (int i = 0; i < texts.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(texts[i]))
                Throw.TextLineEmpty(textsPath, i + 1);
            labels.Add(names[i], labelsPath, i + 1);
        }

        return labels.Finish(texts, labelsPath);
    }

    /// <summary>Reads lines of a label, a tab and a text; other tabs are part of the text.</summary>
    /// <param name="path">The table; a line feed at the end of the last line changes nothing.</param>
    /// <param name="options">How; null is the default.</param>
    /// <inheritdoc cref="Read"/>
    public static LabelledTexts ReadTable(string path, LabelledTextsOptions? options = null)
    {
        LabelReader labels = new(options ??= new LabelledTextsOptions());
        string[] texts = TextFile.ReadLines(path, options.Encoding);
        for (int i = 0; i < texts.Length; i++)
        {
            int tab = texts[i].IndexOf('\t');
            if (tab < 0)
                Throw.LineWithoutTab(path, i + 1);
            labels.Add(texts[i].AsSpan(0, tab), path, i + 1);
            texts[i] = texts[i][(tab + 1)..];
            if (string.IsNullOrWhiteSpace(texts[i]))
                Throw.TextLineEmpty(path, i + 1);
        }

        return labels.Finish(texts, path);
    }

    /// <summary>
    /// Reads a folder that has a folder for each class, named as it, with a text in each .txt file. Classes take turns:
    /// the first file of class 0, the first of class 1 and so on, then the second of each, as long as one has any.
    /// Files of a class come by name, ordinal, but digits by their value: 2_7.txt is before 10_4.txt.
    /// </summary>
    /// <param name="folder">The folder; its other files, and folders in those of classes, are not looked at.</param>
    /// <param name="options">How; null is the default.</param>
    /// <inheritdoc cref="Read"/>
    public static LabelledTexts ReadFolders(string folder, LabelledTextsOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        LabelReader labels = new(options ??= new LabelledTextsOptions());
        if (!Directory.Exists(folder))
            Throw.ClassFolderMissing(folder);
        List<(string Name, string[] Files)> classes = [];
        foreach (string path in Directory.EnumerateDirectories(folder).Order(NumericOrder.Instance))
        {
            string name = Path.GetFileName(path);
            if (options.SkippedFolders.Contains(name))
                continue;
            string[] files = [.. Directory.EnumerateFiles(path, Files).Order(NumericOrder.Instance)];
            if (files.Length > 0)
                classes.Add((name, files));
        }

        if (classes.Count == 0)
            Throw.NoClassFolders(folder);
        if (classes.Count > MaxClasses)
            Throw.TooManyClassFolders(folder, classes.Count, MaxClasses);
        classes = [.. labels.InOrder(classes)];
        List<string> texts = [];
        int most = classes.Max(one => one.Files.Length);
        for (int i = 0; i < most; i++)
        {
            foreach ((string name, string[] files) in classes)
            {
                if (i >= files.Length)
                    continue;
                string text = TextFile.Read(files[i], options.Encoding);
                if (string.IsNullOrWhiteSpace(text))
                    Throw.TextFileEmpty(files[i]);
                labels.Add(name, files[i], 0);
                texts.Add(text.TrimEnd('\n'));
            }
        }

        return labels.Finish([.. texts], folder);
    }
}

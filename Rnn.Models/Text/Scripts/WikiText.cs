using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Rnn.Models.Data;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Scripts;

/// <summary>
/// The parts of WikiText-2 (<see cref="DataSets.WikiText2"/>): articles of Wikipedia as tokens, rare words as
/// <see cref="TokenVocabulary.Unknown"/>. Source: Merity, Xiong, Bradbury and Socher, "Pointer sentinel mixture models", ICLR
/// 2017.
/// </summary>
/// <param name="Path">Where they were read.</param>
/// <param name="Training">To learn from.</param>
/// <param name="Validation">To choose by.</param>
/// <param name="Test">To test on; empty if it isn't there.</param>
public sealed record WikiText(string Path, string[] Training, string[] Validation, string[] Test)
{
    private const string Archived = "wiki.{0}.tokens", Usual = "{0}.txt";

    /// <summary>
    /// The files where they are on this machine: in the folder named, in that of the variable RNN_DATA, or in the user's
    /// cache; in each, in its folder "wikitext-2" and then in itself. They are named as in the archive (wiki.train.tokens) or,
    /// in the folder "wikitext-2", as training programs do (train.txt). What is in them is not looked at.
    /// </summary>
    /// <param name="dataFolder">A folder to look in first; null or empty is none.</param>
    /// <returns>The parts, or null: training and validation part are nowhere.</returns>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static WikiText? Find(string? dataFolder = null)
    {
        foreach (string folder in DataSets.Folders(dataFolder, UserFolders.Current))
        {
            foreach (string place in new[] { System.IO.Path.Combine(folder, DataSets.WikiText2.Name), folder })
            {
                foreach (string names in place == folder ? [Archived] : new[] { Archived, Usual })   // train.txt may be anyone's
                {
                    string Part(string part) => System.IO.Path.Combine(place,
                        names.Replace("{0}", part, StringComparison.Ordinal));
                    if (File.Exists(Part("train")) && File.Exists(Part("valid")))
                    {
                        return new WikiText(place, TokenizedText.Read(Part("train")), TokenizedText.Read(Part("valid")),
                            File.Exists(Part("test")) ? TokenizedText.Read(Part("test")) : []);
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The parts, read out of the archive as it is; nothing is unpacked to disk.</summary>
    /// <param name="path">wikitext-2-v1.zip.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no archive, a damaged one, or lacks a part.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static WikiText Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, System.IO.Path.GetFullPath(path));

        using ZipArchive archive = ZipFile.OpenRead(path);
        return new WikiText(path, Part("train"), Part("valid"), Part("test"));

        string[] Part(string part)
        {
            string name = Archived.Replace("{0}", part, StringComparison.Ordinal);
            ZipArchiveEntry? entry = archive.Entries.FirstOrDefault(entry => entry.Name == name);
            if (entry is null)
                Throw.WikiTextPart(path, name);

            using StreamReader reader = new(entry.Open());
            string text = reader.ReadToEnd();
            if (text.Length == 0)
                Throw.TextFileEmpty($"{path}: {name}");

            return TokenizedText.Parse(text);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;

namespace Rnn.Models.Diagnostics;

/// <content>Texts with labels.</content>
internal static partial class Throw
{
    private const int ClassesShown = 10;

    [DoesNotReturn]
    public static void TextLabelCount(string what, int labels, int texts) =>
        throw new ArgumentException(
            $"LabelledTexts: {what} has {labels} elements, expected {texts}, one a text.", what);

    [DoesNotReturn]
    public static void NullText(string what, int index) =>
        throw new ArgumentException($"LabelledTexts: {what}[{index}] is null, expected a text.", what);

    [DoesNotReturn]
    public static void TextLabelOutside(string what, int index, int label, int classes) =>
        throw new ArgumentOutOfRangeException(what,
            $"LabelledTexts: {what}[{index}] is {label}, expected 0 to {classes - 1}.");

    [DoesNotReturn]
    public static void ClassCount(string what, int count, int most) =>
        throw new ArgumentException($"LabelledTexts: {what} has {count} names, expected 1 to {most}.", what);

    [DoesNotReturn]
    public static void ClassName(string what, int index, string? name) =>
        throw new ArgumentException(
            $"LabelledTexts: {what}[{index}] is '{name}', expected a name that is not empty and not there before.", what);

    [DoesNotReturn]
    public static void TextsAndLabels(string textsPath, int texts, string labelsPath, int labels) =>
        throw new InvalidDataException(
            $"The file '{textsPath}' has {texts} lines and '{labelsPath}' has {labels}; expected a text a line, and a " +
            "label for each. Look for line ends inside a text, and for missing labels.");

    [DoesNotReturn]
    public static void TextLineEmpty(string path, int line) =>
        throw new InvalidDataException(
            $"'{path}', line {line}: there is no text. Remove the line (and its label), or write a text there.");

    [DoesNotReturn]
    public static void LineWithoutTab(string path, int line) =>
        throw new InvalidDataException(
            $"'{path}', line {line}: there is no tab; expected a label, a tab and a text. If the labels are in a file " +
            "of their own, name it too.");

    [DoesNotReturn]
    public static void LabelEmpty(string path, int line) =>
        throw new InvalidDataException($"'{path}', line {line}: the label is empty. Write one there.");

    [DoesNotReturn]
    public static void LabelUnexpected(string path, int line, string label, IReadOnlyList<string> expected) =>
        throw new InvalidDataException(
            $"{Place(path, line)}: the label is '{Short(label)}'; expected {Names(expected)}. Correct it, or use a " +
            "model that has this class.");

    [DoesNotReturn]
    public static void TooManyLabels(string path, int line, int most) =>
        throw new InvalidDataException(
            $"'{path}', line {line}: the label is the {most + 1}th that differs; expected at most {most} classes. This is " +
            "probably the wrong column, or the files of texts and labels are exchanged.");

    [DoesNotReturn]
    public static void OneClass(string path, string name) =>
        throw new InvalidDataException(
            $"'{path}' has one class only, '{Short(name)}'; expected two or more. Add texts of another.");

    [DoesNotReturn]
    public static void ClassFolderMissing(string path) =>
        throw new FileNotFoundException($"There is no folder '{path}'. Check the path.", path);

    [DoesNotReturn]
    public static void NoClassFolders(string path) =>
        throw new InvalidDataException(
            $"The folder '{path}' has no folder with .txt files; expected one for each class, as pos and neg. Name the " +
            "folder above those.");

    [DoesNotReturn]
    public static void TooManyClassFolders(string path, int count, int most) =>
        throw new InvalidDataException(
            $"The folder '{path}' has {count} folders with .txt files; expected one for each of at most {most} classes. " +
            "Name the folder above those of the classes.");

    [DoesNotReturn]
    public static void ReviewArchiveIsFolder(string path) =>
        throw new InvalidDataException(
            $"'{path}' is a folder; expected the archive aclImdb_v1.tar.gz. If it was unpacked there, read its folder " +
            "train or test as one with a folder a class.");

    public static Exception ReviewArchive(string path, Exception inner) =>
        new InvalidDataException(
            $"'{path}' is no archive (.tar.gz) of reviews, or is damaged: {inner.Message.TrimEnd('.')}. Get it anew.", inner);

    [DoesNotReturn]
    public static void NoReviews(string path, string part, int positive, int negative) =>
        throw new InvalidDataException(
            $"'{path}' has {positive} files {part}/pos/*.txt and {negative} files {part}/neg/*.txt; expected some of both. " +
            "Name the archive aclImdb_v1.tar.gz.");

    private static string Place(string path, int line) => line == 0 ? $"'{path}'" : $"'{path}', line {line}";

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(ClassesShown)) + (names.Count > ClassesShown ? $" or {names.Count - ClassesShown} more" : "");
}

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Rnn.Core.Diagnostics;

// Files: safetensors, state dicts, checkpoints, ONNX.
internal static partial class Throw
{
    // ---- Serialization ----------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void CannotWrite(string path, string reason, bool existed, Exception inner) =>
        throw new IOException(
            $"Cannot write '{path}': {reason}.{(existed ? " The previous file is untouched." : "")}", inner);

    public static Exception CannotWriteEvents(string path, Exception inner) =>
        new IOException($"Cannot write events to '{path}': {inner.Message.TrimEnd('.')}.", inner);

    // The reasons that no operation reports clearly; CannotWrite makes the sentence.
    [DoesNotReturn]
    public static void IsFolder() => throw new IOException("it is a folder, expected a file");

    [DoesNotReturn]
    public static void ParentIsFile(string folder) => throw new IOException($"'{folder}' is a file, expected a folder");

    [DoesNotReturn]
    public static void ParentMissing(string folder) =>
        throw new IOException($"the folder '{folder}' does not exist; create it first");

    public static Exception NoFile(string path, Exception inner)
    {
        string full = Path.GetFullPath(path);
        return new FileNotFoundException(
            full == path ? $"There is no file '{path}'." : $"There is no file '{path}' (that is '{full}').",
            full, inner);
    }

    public static Exception NoAccess(string path, bool isFolder, Exception inner) => isFolder
        ? new InvalidDataException($"'{path}' is a folder, expected a file. Name a file inside it.", inner)
        : new IOException($"Cannot read '{path}': access is denied.", inner);

    [DoesNotReturn]
    public static void NullEntry(string what, string key) =>
        throw new ArgumentException($"{what}[{Quoted(key)}] is null, expected a text. Leave the entry out, or give " +
            $"an empty text.", what);

    [DoesNotReturn]
    public static void SafetensorsTooShort(string file, int length) =>
        Unreadable(file, $"it ends after {length} bytes, expected at least 8");

    [DoesNotReturn]
    public static void SafetensorsHeaderSize(string file, ulong claimed, int limit) =>
        Unreadable(file, $"it claims a header of {claimed} bytes, expected 2 to {limit}");

    [DoesNotReturn]
    public static void SafetensorsHeaderPastEnd(string file, long claimed, long available) =>
        Unreadable(file, $"it claims a header of {claimed} bytes, but only {available} follow");

    [DoesNotReturn]
    public static void SafetensorsHeaderStart(string file, byte first) =>
        Unreadable(file, $"its header starts with byte 0x{first:X2}, expected '{{'");

    [DoesNotReturn]
    public static void SafetensorsHeaderNotUtf8(string file) =>
        Unreadable(file, "its header is not valid UTF-8");

    [DoesNotReturn]
    public static void SafetensorsHeaderNotJson(string file, long position, Exception inner) =>
        Unreadable(file, $"its header is not valid JSON after byte {position}", inner);

    [DoesNotReturn]
    public static void SafetensorsHeaderTail(string file) =>
        Unreadable(file, "only spaces may follow the header's last '}'");

    [DoesNotReturn]
    public static void SafetensorsDuplicateKey(string file, string key) =>
        Unreadable(file, $"its header holds the key {Quoted(key)} twice");

    [DoesNotReturn]
    public static void SafetensorsToken(string file, string key, string expected, string actual) =>
        Unreadable(file, $"in its header, {Quoted(key)} is of kind {actual}, expected {expected}");

    [DoesNotReturn]
    public static void SafetensorsEntryKey(string file, string name, string key) =>
        Unreadable(
            file, $"tensor {Quoted(name)} has the key {Quoted(key)}, expected dtype, shape and data_offsets, " +
                $"once each");

    [DoesNotReturn]
    public static void SafetensorsEntryIncomplete(string file, string name) =>
        Unreadable(file, $"tensor {Quoted(name)} lacks one of dtype, shape and data_offsets [begin, end]");

    [DoesNotReturn]
    public static void SafetensorsNumber(string file, string name, string key) =>
        Unreadable(file, $"{key} of tensor {Quoted(name)} must hold whole numbers from 0 to {long.MaxValue}");

    [DoesNotReturn]
    public static void SafetensorsRank(string file, string name, int limit) =>
        Unreadable(file, $"tensor {Quoted(name)} has more than {limit} dimensions");

    [DoesNotReturn]
    public static void SafetensorsShapeOverflow(string file, string name, long[] shape) =>
        Unreadable(file, $"tensor {Quoted(name)} of shape [{string.Join(", ", shape)}] has more than 2^63 bytes");

    [DoesNotReturn]
    public static void SafetensorsEntrySize(string file, string name, long expected, long begin, long end) =>
        Unreadable(file, $"tensor {Quoted(name)} needs {expected} bytes, but its data_offsets are [{begin}, {end}]");

    [DoesNotReturn]
    public static void SafetensorsEntryOffsets(string file, string name, long begin, long end) =>
        Unreadable(file, $"tensor {Quoted(name)} ends before it begins: its data_offsets are [{begin}, {end}]");

    [DoesNotReturn]
    public static void SafetensorsGap(string file, string name, long begin, long expected) =>
        Unreadable(
            file, $"tensor {Quoted(name)} begins at byte {begin}, expected {expected}, where the one before ends");

    [DoesNotReturn]
    public static void SafetensorsDataLength(string file, long expected, long actual) =>
        Unreadable(file, $"its header describes {expected} bytes of data, but {actual} follow");

    [DoesNotReturn]
    public static void SafetensorsDataBeyond(string file, long expected) =>
        Unreadable(file, $"its header describes {expected} bytes of data, but more follow");

    [DoesNotReturn]
    public static void SafetensorsChanged(string file) =>
        throw new InvalidDataException($"'{file}' has changed since it was opened. Open it again.");

    [DoesNotReturn]
    public static void SafetensorsAltered(string file) =>
        throw new InvalidDataException(
            $"'{file}' was altered or damaged: its content does not agree with its SHA-256. Use another copy.");

    [DoesNotReturn]
    public static void SafetensorsMissing(string file, string name, int count) =>
        throw new InvalidDataException($"'{file}' has no tensor {Quoted(name)} among its {count}.");

    [DoesNotReturn]
    public static void SafetensorsType(string file, string tensor) =>
        throw new InvalidDataException($"'{file}': tensor {tensor} is of a type that can't be converted to numbers " +
            $"here; what can are F64, F32, F16, BF16, I64, I32. CopyBytesTo gives its bytes.");

    [DoesNotReturn]
    public static void SafetensorsWriterType(string name, string type) =>
        throw new ArgumentException(
            $"Tensor {Quoted(name)} is of type {type}, expected F64, F32, F16, BF16, I64 or I32.", nameof(type));

    [DoesNotReturn]
    public static void SafetensorsNoIntegers(string file, string tensor) =>
        throw new InvalidDataException($"'{file}': tensor {tensor} holds floats, expected I32 or I64.");

    [DoesNotReturn]
    public static void SafetensorsIntegerRange(string file, string tensor, long value) =>
        throw new InvalidDataException(
            $"'{file}': tensor {tensor} holds {value}, beyond 32 bits. Read it as long.");

    [DoesNotReturn]
    public static void SafetensorsDestination(
        string file, string tensor, long expected, string unit, int destination) =>
        throw new ArgumentException(
            $"'{file}': tensor {tensor} has {expected} {unit}, the destination {destination}.", nameof(destination));

    [DoesNotReturn]
    public static void SafetensorsNoTable(string file, string tensor) =>
        throw new InvalidDataException($"'{file}': tensor {tensor} is no table [rows, columns] of F32.");

    [DoesNotReturn]
    public static void NotUnicode(string what, string text, Exception inner) =>
        throw new ArgumentException(
            $"The {what} {Quoted(text)} holds half a surrogate pair and can't be written as UTF-8.", inner);

    [DoesNotReturn]
    public static void SafetensorsReservedName(string name) =>
        throw new ArgumentException($"A tensor can't be named '{name}': the format keeps that for text.", nameof(name));

    [DoesNotReturn]
    public static void SafetensorsDuplicateName(string name) =>
        throw new ArgumentException($"A tensor named {Quoted(name)} was already added.", nameof(name));

    [DoesNotReturn]
    public static void SafetensorsNegativeShape(string name, long[] shape) =>
        throw new ArgumentException(
            $"Tensor {Quoted(name)} has shape [{string.Join(", ", shape)}], expected 0 or more and below 2^63 bytes.",
            nameof(shape));

    [DoesNotReturn]
    public static void SafetensorsShape(string name, long[] shape, long expected, string unit, int data) =>
        throw new ArgumentException(
            $"Tensor {Quoted(name)} of shape [{string.Join(", ", shape)}] needs {expected} {unit}, data has {data}.",
            nameof(data));

    [DoesNotReturn]
    public static void SafetensorsHeaderTooLarge(int length, int limit) =>
        throw new InvalidOperationException(
            $"The header would be {length} bytes long, at most {limit} are allowed. Store less metadata.");

    [DoesNotReturn]
    private static void Unreadable(string file, string what, Exception? inner = null) =>
        throw new InvalidDataException($"'{file}' can't be read as safetensors: {what}.", inner);

    // A damaged header may hold a name of megabytes.
    private static string Quoted(string name) => name.Length <= 80 ? $"'{name}'" : $"'{name[..80]}...'";

    // ---- Numpy, Keras -----------------------------------------------------------------------------------------------

    public static Exception NpzArchive(string file, Exception inner) => new InvalidDataException(
        $"'{file}' can't be read as .npz: it is no whole zip archive. Write it with numpy.savez.", inner);

    public static Exception NpzUnreadable(string file, string name, Exception inner) => new InvalidDataException(
        $"'{file}' can't be read as .npz: the data of {Quoted(name)} is damaged or packed in another way than " +
        $"numpy.savez does.", inner);

    [DoesNotReturn]
    public static void NpzOtherFile(string file, string name) =>
        Npz(file, $"it holds {Quoted(name)}, expected arrays (.npy) alone");

    [DoesNotReturn]
    public static void NpzDuplicate(string file, string name) => Npz(file, $"{Quoted(name)} is there twice");

    [DoesNotReturn]
    public static void NpzSize(string file, string array, long expected, long actual) =>
        Npz(file, $"the array {array} needs {expected} bytes with its header, the archive says {actual}");

    [DoesNotReturn]
    public static void NpzMissing(string file, string name, int count) =>
        throw new InvalidDataException($"'{file}' has no array {Quoted(name)} among its {count}.");

    [DoesNotReturn]
    public static void NpzChanged(string file) =>
        throw new InvalidDataException($"'{file}' has changed since it was opened. Open it again.");

    [DoesNotReturn]
    public static void NpzDamaged(string file, string name) =>
        throw new InvalidDataException(
            $"'{file}': the array {Quoted(name)} does not agree with its check sum. Use another copy.");

    [DoesNotReturn]
    public static void NpyMagic(string file, string name) =>
        Npz(file, $"{Quoted(name)} doesn't begin as an array does, with \\x93NUMPY");

    [DoesNotReturn]
    public static void NpyVersion(string file, string name, int major, int minor) =>
        Npz(file, $"{Quoted(name)} is of version {major}.{minor}, expected 1.0, 2.0 or 3.0");

    [DoesNotReturn]
    public static void NpyTooShort(string file, string name) => Npz(file, $"{Quoted(name)} ends too early");

    [DoesNotReturn]
    public static void NpyHeaderLength(string file, string name, uint length, int most) =>
        Npz(file, $"the header of {Quoted(name)} claims {length} bytes, at most {most} are expected");

    [DoesNotReturn]
    public static void NpyHeader(string file, string name, string text) =>
        Npz(file, $"the header of {Quoted(name)} is {Quoted(text)}, expected descr, fortran_order and shape of a plain " +
            $"array");

    [DoesNotReturn]
    public static void NpyShape(string file, string name, long[] shape) =>
        Npz(file, $"{Quoted(name)} has shape [{string.Join(", ", shape)}], beyond 2^63 bytes");

    [DoesNotReturn]
    public static void NpyType(string file, string array) =>
        throw new InvalidDataException($"'{file}': the array {array} is of a type that isn't read, expected float32 (<f4) " +
            $"or float64 (<f8). Use astype before saving.");

    [DoesNotReturn]
    private static void Npz(string file, string what) =>
        throw new InvalidDataException($"'{file}' can't be read as .npz: {what}.");

    [DoesNotReturn]
    public static void KerasMissing(string file, string name, string shape, string? why) =>
        throw new InvalidDataException($"'{file}' has no {Quoted(name)} {shape}" +
            $"{(why is null ? ". Name the layer's path as Keras has it" : ": " + why)}.");

    [DoesNotReturn]
    public static void KerasShape(string file, string name, string expected, string actual, string? why) =>
        throw new InvalidDataException($"In '{file}', {Quoted(name)} is {actual}, expected {expected}" +
            $"{(why is null ? "" : ": " + why)}.");

    [DoesNotReturn]
    public static void KerasExtra(string file, string name, string what) =>
        throw new InvalidDataException($"'{file}' has {Quoted(name)}, for which the layer has no place: {what}.");

    [DoesNotReturn]
    public static void KerasOption(string name, string option) =>
        throw new ArgumentException($"'{name}' has {option}, which no layer of Keras has. Expected a plain Lstm, Gru or " +
            $"SimpleRnn.", "cell");

    // ---- State dicts, checkpoints -----------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void MissingTensor(string file, string name, string shape, string? why = null) =>
        throw new InvalidDataException(
            $"'{file}' has no tensor '{name}' {shape}; {why ?? "it belongs to another network"}.");

    [DoesNotReturn]
    public static void UnexpectedTensor(string file, string name, string? what = null) =>
        throw new InvalidDataException($"'{file}' has a tensor {Quoted(name)} that this network has no place for" +
            $"{(what is null ? "" : ": " + what)}.");

    [DoesNotReturn]
    public static void TensorShape(string file, string name, string expected, string actual, string? why = null) =>
        throw new InvalidDataException($"In '{file}', tensor '{name}' is {actual}, expected {expected}; " +
            $"{why ?? "it belongs to another network"}.");

    [DoesNotReturn]
    public static void StateDictName(string name, string parameter) =>
        throw new ArgumentException(name.Length == 0
            ? $"The names give the parameter '{parameter}' no name in the file, expected one."
            : $"The names give the parameter '{parameter}' the name '{name}' in the file, which another one has.", "names");

    [DoesNotReturn]
    public static void StateDictNoOriginal(string copy, string original) =>
        throw new ArgumentException($"The names say that '{copy}' is a copy of '{original}', which is no tensor of this " +
            $"network.", "names");

    [DoesNotReturn]
    public static void StateDictCopy(string file, string copy, string original) =>
        throw new InvalidDataException($"In '{file}', tensor '{copy}' differs from '{original}', expected a copy of it: " +
            $"there the two aren't one weight.");

    [DoesNotReturn]
    public static void NoCheckpoint(string file) =>
        throw new InvalidDataException($"'{file}' is no checkpoint of a training run. Name the file that the " +
            $"run saved.");

    [DoesNotReturn]
    public static void NoChecksum(string file) =>
        throw new InvalidDataException($"'{file}' has no checksum, expected one: it was altered after it was saved.");

    [DoesNotReturn]
    public static void CheckpointKind(string file, string expected, string actual) =>
        throw new InvalidDataException($"'{file}' is a checkpoint of '{actual}', expected one of '{expected}'.");

    [DoesNotReturn]
    public static void CheckpointVersion(string file, string expected, string actual) =>
        throw new InvalidDataException($"'{file}' is a checkpoint of format {actual}; this version reads format " +
            $"{expected}.");

    [DoesNotReturn]
    public static void MissingEntry(string file, string name) =>
        throw new InvalidDataException($"'{file}' has no valid entry '{name}'; it was not written by this version.");

    [DoesNotReturn]
    public static void DuplicateEntry(string name) =>
        throw new ArgumentException($"An entry named {Quoted(name)} was already added. Give each a name of its own.",
            nameof(name));

    [DoesNotReturn]
    public static void EntryRange(string file, string name, string value, string expected) =>
        throw new InvalidDataException($"In '{file}', the entry '{name}' is {Quoted(value)}, expected {expected}; " +
            $"the file is damaged or was altered. Use another copy, or the one saved before it.");

    [DoesNotReturn]
    public static void EntryState(string file, string name, string state, Exception inner) =>
        throw new InvalidDataException($"In '{file}', the entry '{name}' is no state of this schedule: [{state}]. " +
            $"Use a file that a run with this schedule saved.", inner);

    // ---- ONNX -------------------------------------------------------------------------------------------------------

    [DoesNotReturn]
    public static void OnnxDirections(string name, string forwards, string backwards) =>
        throw new ArgumentException($"'{name}' reads with {forwards} forwards and {backwards} backwards, which can't " +
            $"be written as ONNX; expected two cells of one kind (Lstm, Gru or SimpleRnn). Stack layers of both " +
            $"directions instead.", "layer");

    [DoesNotReturn]
    public static void OnnxNoOperator(string name, string reason) =>
        throw new ArgumentException($"'{name}' can't be exported: {reason}, which no operator of ONNX computes. " +
            $"Expected an Lstm, Gru or SimpleRnn as PyTorch has them.", "layer");

    [DoesNotReturn]
    public static void OnnxLearntState(string name) =>
        throw new ArgumentException($"'{name}' begins with a state that was learnt, not with zeros. Export it with a " +
            $"state (OnnxNetwork.State), and give what LoadInitialState writes.", "state");

    [DoesNotReturn]
    public static void OtherLayersParameters(string layer, string slot) =>
        throw new ArgumentException($"'{layer}': the parameters belong to another layout, without its '{slot}'. Use " +
            $"a buffer made from the layout that the layer was declared in.", "parameters");

    [DoesNotReturn]
    public static void OnnxOtherNetwork(string who, string value) =>
        throw new ArgumentException($"'{who}': {Quoted(value)} belongs to another OnnxNetwork. Use what the methods of " +
            $"this one gave.", nameof(value));

    [DoesNotReturn]
    public static void OnnxEmptyName(string what) =>
        throw new ArgumentException($"{what} is empty; a name in ONNX has at least one character.", what);

    [DoesNotReturn]
    public static void OnnxDuplicateName(string name) =>
        throw new ArgumentException($"The ONNX graph would have two values named {Quoted(name)}. Give each input, " +
            $"output and layer a name of its own; those of states take a prefix.", nameof(name));

    [DoesNotReturn]
    public static void OnnxNoOutput() =>
        throw new InvalidOperationException("The ONNX network has no output. Call Output before Write.");

    [DoesNotReturn]
    public static void OnnxTooLarge(long bytes) =>
        throw new InvalidOperationException($"The ONNX file would have {bytes} bytes; the format's limit is " +
            $"{int.MaxValue}.");
}

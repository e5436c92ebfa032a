using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Serialization.Numpy;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

public sealed class NpzReaderTests : IDisposable
{
    private const string Plain = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false, CompressionLevel.NoCompression)]
    [InlineData(true, false, CompressionLevel.NoCompression)]
    [InlineData(false, true, CompressionLevel.Optimal)]
    [InlineData(true, true, CompressionLevel.Optimal)]
    public void ArraysOfBothTypesAndOrders(bool isDouble, bool isFortranOrder, CompressionLevel level)
    {
        float[] matrix = [1, 2, 3, 4, 5, 6.5f], vector = [-1, 1e30f];
        NpzReader reader = Open(Npz.Archive(level,
            ("a/b.npy", Npz.Array([2, 3], matrix, isDouble, isFortranOrder)),
            ("v.npy", Npz.Array([2], vector, isDouble, isFortranOrder)),
            ("one.npy", Npz.Array("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", [0, 0, 128, 63])),
            ("none.npy", Npz.Array([0, 3], [], isDouble))));
        Assert.Equal(["a/b", "v", "one", "none"], reader.Entries.Select(entry => entry.Name));
        Assert.Equal([2, 3], reader.Entries[0].Shape.ToArray());
        Assert.Equal(isFortranOrder, reader.Entries[0].IsFortranOrder);
        Assert.Equal(matrix, Copy(reader, "a/b", 6));
        Assert.Equal(vector, Copy(reader, "v", 2));
        Assert.Equal([1f], Copy(reader, "one", 1));
        Assert.Equal([], Copy(reader, "none", 0));
        Assert.False(reader.TryGetEntry("c", out _));
    }

    [Fact]
    public void FortranOrderOfThreeDimensionsAndOfManyBlocks()
    {
        // Element (i, j, k) is 100i + 10j + k; the first index runs fastest in the file.
        float[] file = [.. from k in Enumerable.Range(0, 4) from j in Enumerable.Range(0, 3) from i in Enumerable.Range(0, 2)
            select (float)((100 * i) + (10 * j) + k)];
        byte[] array = Npz.Array("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 4), }",
            [.. file.SelectMany(BitConverter.GetBytes)]);
        float[] large = [.. Enumerable.Range(0, 300 * 131).Select(i => (float)i)];
        NpzReader reader = Open(Npz.Archive(CompressionLevel.Fastest, ("a.npy", array),
            ("large.npy", Npz.Array([300, 131], large, isDouble: true, isFortranOrder: true))));
        Assert.Equal(from i in Enumerable.Range(0, 2)
                     from j in Enumerable.Range(0, 3)
                     from k in Enumerable.Range(0, 4)
                     select (float)((100 * i) + (10 * j) + k), Copy(reader, "a", 24));
        Assert.Equal(large, Copy(reader, "large", large.Length));
    }

    [Fact]
    public void Version2AndOtherTypesUntilTheyAreAskedFor()
    {
        byte[] array = Npz.Array([2, 3], [1, 2, 3, 4, 5, 6]);
        byte[] second = [.. array[..6], 2, 0, array[8], array[9], 0, 0, .. array[10..]];
        NpzReader reader = Open(Npz.Archive(CompressionLevel.NoCompression, ("a.npy", second),
            ("step.npy", Npz.Array("{'descr': '<i8', 'fortran_order': False, 'shape': (), }", new byte[8]))));
        Assert.Equal([1, 2, 3, 4, 5, 6], Copy(reader, "a", 6));
        Assert.Equal($"'{reader.Name}': the array 'step' <i8 [] is of a type that isn't read, expected float32 (<f4) or "
            + "float64 (<f8). Use astype before saving.", Refused(() => Copy(reader, "step", 1)));
        Assert.Contains("has no array 'b' among its 2.", Refused(() => Copy(reader, "b", 1)), StringComparison.Ordinal);
        Assert.Contains("has 6 elements, the destination 5.",
            Assert.Throws<ArgumentException>(() => Copy(reader, "a", 5)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", true)]       // what else Python may print
    [InlineData("{ 'shape' : (2 , 3 ), 'descr' :\"<f4\", 'fortran_order' :False }", true)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1, }", false)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", false)]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", false)]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2, 3), }", false)]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3), }", false)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3), }", false)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6), }", false)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }", false)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3), }", false)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } + 1", false)]
    [InlineData("", false)]
    public void HeadersAreParsedStrictly(string header, bool isGood)
    {
        byte[] archive = Npz.Archive(CompressionLevel.NoCompression, ("a.npy", Npz.Array(header, new byte[24])));
        if (isGood)
        {
            Assert.Equal(new float[6], Copy(Open(archive), "a", 6));
            return;
        }

        Assert.Contains("expected descr, fortran_order and shape of a plain array", Refused(() => Open(archive)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void DamageIsFound()
    {
        byte[] array = Npz.Array(Plain, new byte[24]);
        Assert.Contains("beyond 2^63 bytes", RefusedArray(Npz.Array(Plain.Replace("2, 3", "4611686018427387904, 4",
            StringComparison.Ordinal), [])), StringComparison.Ordinal);
        Assert.Contains("'a' ends too early", RefusedArray(array[..60]), StringComparison.Ordinal);
        Assert.Contains("doesn't begin as an array does", RefusedArray([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("is of version 4.0", RefusedArray([.. array[..6], 4, 0, .. array[8..]]), StringComparison.Ordinal);
        Assert.Contains("claims 65535 bytes, at most 10000", RefusedArray([.. array[..8], 255, 255, .. array[10..]]),
            StringComparison.Ordinal);
        Assert.Contains("needs 152 bytes with its header, the archive says 151", RefusedArray(array[..^1]),
            StringComparison.Ordinal);
        Assert.Contains("the archive says 153", RefusedArray([.. array, 0]), StringComparison.Ordinal);
        Assert.Contains("it is no whole zip archive", Refused(() => Open("PK"u8.ToArray())), StringComparison.Ordinal);
        Assert.Contains("holds 'a.txt', expected arrays (.npy) alone", Refused(() => Open(Npz.Archive(
            CompressionLevel.NoCompression, ("a.txt", array)))), StringComparison.Ordinal);
        Assert.Contains("'a' is there twice", Refused(() => Open(Npz.Archive(CompressionLevel.NoCompression,
            ("a.npy", array), ("a.npy", array)))), StringComparison.Ordinal);

        // One bit of the data: the archive's check sum.
        byte[] archive = Npz.Archive(CompressionLevel.NoCompression, ("a.npy", array));
        archive[archive.AsSpan().IndexOf("NUMPY"u8) + 140] ^= 4;
        NpzReader damaged = Open(archive);
        Assert.Contains("the array 'a' does not agree with its check sum", Refused(() => Copy(damaged, "a", 6)),
            StringComparison.Ordinal);
    }

    /// <summary>Whatever is done to a file, there is one kind of exception, and little memory.</summary>
    [Fact]
    public void MutantsAreReadOrRefused()
    {
        byte[] whole = Npz.Archive(CompressionLevel.Fastest, ("a.npy", Npz.Array([2, 3], [1, 2, 3, 4, 5, 6])),
            ("b.npy", Npz.Array([4], [1, 2, 3, 4], isDouble: true)));
        Philox random = new(seed: 1);
        int refused = 0;
        for (int n = 0; n < 1000; n++)
        {
            byte[] mutant = [.. whole];
            for (int change = 0; change < 1 + (n % 3); change++)
                mutant[random.NextInt32(mutant.Length)] = (byte)random.NextInt32(256);

            if (n % 7 == 0)
                mutant = mutant[..random.NextInt32(mutant.Length)];

            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                NpzReader reader = Open(mutant);
                foreach (NpzEntry entry in reader.Entries.Where(entry => entry.ElementCount <= 10))
                    Copy(reader, entry.Name, (int)entry.ElementCount);
            }
            catch (InvalidDataException e)
            {
                refused++;
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }

        Assert.InRange(refused, 300, 1000);
    }

    [Fact]
    public void NoFile() => Assert.Throws<FileNotFoundException>(() => NpzReader.Open(_folder["none.npz"]));

    private string RefusedArray(byte[] array) =>
        Refused(() => Open(Npz.Archive(CompressionLevel.NoCompression, ("a.npy", array))));

    private static string Refused(Func<object> read) => Assert.Throws<InvalidDataException>(read).Message;

    private NpzReader Open(byte[] archive)
    {
        File.WriteAllBytes(_folder["a.npz"], archive);
        return NpzReader.Open(_folder["a.npz"]);
    }

    private static float[] Copy(NpzReader reader, string name, int count)
    {
        float[] values = new float[count];
        reader.CopyTo(name, values);
        return values;
    }
}

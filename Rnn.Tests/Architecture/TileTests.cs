using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>
/// The register tiles of the three widths are three files, since a wrapper around the vectors costs moves there (D7, D19):
/// but for width, rows, the multiply-add without FMA and the second pointer of 512 bits (D116) they are one text.
/// </summary>
public class TileTests
{
    private const int SharedRows = 6;   // of the narrower tiles; 512 bits have registers for 14

    [Theory]
    [InlineData(128)]
    [InlineData(512)]
    public void AreThatOf256Bits(int bits) => Assert.Equal(Tile(256), Tile(bits));

    /// <summary>The accumulators that a step has are handed to it in its order, all of them.</summary>
    [Theory]
    [InlineData(128, 6)]
    [InlineData(256, 6)]
    [InlineData(512, 14)]
    public void EveryStepGetsAllAccumulators(int bits, int rows)
    {
        string[] expected = [.. Enumerable.Range(0, rows).SelectMany(i => new[] { $"c{i}", $"d{i}" })];
        string code = Repository.Sources("Rnn.Core").Single(file => file.Name == $"MicroKernel{bits}").Code;
        MatchCollection lists = Regex.Matches(code, @"Step<TRows, TLayout>\(([^)]*)\)");
        Assert.Equal(3, lists.Count);
        Assert.All(lists, list => Assert.Equal(expected,
            Regex.Matches(list.Groups[1].Value, @"\bref (?:Vector\d+<float> )?(\w+)").Select(argument => argument.Groups[1].Value)));
    }

    private static string Tile(int bits)
    {
        string code = Repository.Sources("Rnn.Core").Single(file => file.Name == $"MicroKernel{bits}").Code;
        code = Regex.Replace(code, $@"\b(Vector|MicroKernel){bits}\b", "$1");
        code = code.Replace("MultiplyAddEstimate", "FusedMultiplyAdd", StringComparison.Ordinal);
        code = Regex.Replace(code, @"const int (Columns|MaxRows) = \d+;", "const int $1;");
        code = Regex.Replace(code, @"(?<=\bc \+ |\) \+ |b\d? \+ )\d+(?=\))", offset =>
            $"{int.Parse(offset.Value, CultureInfo.InvariantCulture) * 32 / bits} vectors");
        code = Regex.Replace(code, @" *if \(TRows\.Count > (\d+)\)\n *\{[^}]*\}\n\n?", block =>
            int.Parse(block.Groups[1].Value, CultureInfo.InvariantCulture) < SharedRows ? block.Value : "");
        code = Regex.Replace(code, @"^.*\bd(\d+) = Vector<float>\.Zero;\n", line =>
            int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) < SharedRows ? line.Value : "", RegexOptions.Multiline);
        code = Regex.Replace(code, @",\n\s+", ", ");
        code = Regex.Replace(code, @", ref (Vector<float> )?[cd](\d+)", argument =>
            int.Parse(argument.Groups[2].Value, CultureInfo.InvariantCulture) < SharedRows ? argument.Value : "");
        code = WithoutSecondPointer(code);
        code = Regex.Replace(code, @"\n\s+", "\n");
        return code;
    }

    /// <summary>A row that 512 bits read by two pointers, as one that is read once (D116).</summary>
    private static string WithoutSecondPointer(string code)
    {
        const string first = @"( +)(c\d+ = .*)Vector\.Create\(a(\[.*\])\)(, b0, .*)\n";
        const string second = @" +(d\d+ = .*)Vector\.Create\(same\3\)(, b1, .*)\n";
        const string once = "$1Vector<float> r = Vector.Create(a$3);\n$1$2r$4\n$1$5r$6\n";
        code = Regex.Replace(code, first + second, once);
        code = Regex.Replace(code, @"((?:float\* )?)\ba((?: \+ depth)?), \1same\2, ", "$1a$2, ");
        code = Regex.Replace(code, @"(?<=BlockJump\(TRows\.Count\);\n) *same = a;\n", "");
        return Regex.Replace(code, @"^ *(float\* same = a;|same \+= 2 \* depth;) *\n", "", RegexOptions.Multiline);
    }
}

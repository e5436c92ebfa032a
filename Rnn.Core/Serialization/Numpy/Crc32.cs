using System;

namespace Rnn.Core.Serialization.Numpy;

/// <summary>The check sum of zip archives: CRC-32 with the polynomial 0x04C11DB7, reflected. .NET's reader of archives
/// doesn't compare it. Source: ISO/IEC 21320-1, ITU-T V.42.</summary>
internal struct Crc32
{
    private static readonly uint[] s_table = Table();

    private uint _complement;   // of the register, so that a new one is right

    /// <summary>Of the bytes so far.</summary>
    public readonly uint Value => _complement;

    /// <summary>Goes on over these bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        uint register = ~_complement;
        foreach (byte value in bytes)
            register = s_table[(byte)(register ^ value)] ^ (register >> 8);

        _complement = ~register;
    }

    private static uint[] Table()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;

            table[n] = c;
        }

        return table;
    }
}

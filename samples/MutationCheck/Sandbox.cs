using System;
using System.IO;
using System.Linq;

namespace Rnn.Samples.MutationCheck;

/// <summary>A folder with copies of this program and of the tests, and a mutated Rnn.Core.dll.</summary>
internal sealed class Sandbox : IDisposable
{
    private const string Mutated = "Rnn.Core.dll";

    /// <summary>Copies them.</summary>
    /// <param name="tests">The folder of Rnn.Tests.dll.</param>
    public Sandbox(string tests)
    {
        Copy(tests);
        Copy(AppContext.BaseDirectory);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("rnn-mutants-").FullName;

    /// <summary>Puts an assembly into it.</summary>
    public void Use(byte[] core) => File.WriteAllBytes(Path.Combine(Folder, Mutated), core);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Copy(string from)
    {
        foreach (string file in Directory.GetFiles(from).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)), overwrite: true);
    }
}

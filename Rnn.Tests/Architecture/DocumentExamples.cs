using System;
using System.IO;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Architecture;

/// <summary>Programs of documents: they write into the current folder and to the console, which are theirs while they
/// run.</summary>
public abstract class DocumentExamples : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _previousFolder = Environment.CurrentDirectory;
    private readonly TextWriter _previousOutput = Console.Out;
    private readonly StringWriter _output = new();

    protected DocumentExamples()
    {
        Environment.CurrentDirectory = _folder.Path;
        Console.SetOut(_output);
    }

    /// <summary>What has been written to the console.</summary>
    protected string Output => _output.ToString();

    /// <summary>Writes a file into the current folder.</summary>
    protected string Write(string name, byte[] content) => _folder.Write(name, content);

    public void Dispose()
    {
        Console.SetOut(_previousOutput);
        Environment.CurrentDirectory = _previousFolder;
        _output.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

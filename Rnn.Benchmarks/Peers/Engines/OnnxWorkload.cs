using System;
using System.IO;
using Microsoft.ML.OnnxRuntime;
using Rnn.Benchmarks.Models;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>
/// The exported character model in ONNX Runtime, into outputs that exist. With one step and one row it generates: the
/// state goes round, but nothing is sampled.
/// </summary>
internal sealed class OnnxWorkload : IWorkload
{
    private static readonly string[] s_inputs = ["x", "h0", "c0"];
    private static readonly string[] s_outputs = ["y", "hn", "cn"];

    private readonly int _steps;
    private readonly int _batch;
    private readonly bool _indices;
    private readonly MadeUpText _windows;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly long[] _tokens;
    private readonly float[] _oneHot;
    private readonly float[] _logits;
    private readonly OrtValue[] _in;
    private readonly OrtValue[] _out;

    public OnnxWorkload(int steps, int batch, EngineOptions options)
    {
        _steps = steps;
        _batch = batch;
        _indices = options.OnnxIndices;
        _windows = CharTrain.CreateWindows();
        _session = Open(options);
        _tokens = new long[_indices ? steps * batch : 0];
        _oneHot = new float[_indices ? 0 : steps * batch * CharTrain.V];
        _logits = new float[steps * batch * CharTrain.V];
        OrtValue x = _indices
            ? OrtValue.CreateTensorValueFromMemory(_tokens, [steps, batch])
            : OrtValue.CreateTensorValueFromMemory(_oneHot, [steps, batch, CharTrain.V]);
        _in = [x, State(), State()];
        _out = [OrtValue.CreateTensorValueFromMemory(_logits, [steps, batch, CharTrain.V]), State(), State()];
    }

    public double Loss => double.NaN;

    /// <summary>Logits of the last step [T*B, V].</summary>
    public ReadOnlySpan<float> Result => _logits;

    public static string Version() => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    public void Step()
    {
        SetInput(_windows.Inputs(_windows.Next()).AsSpan(0, _steps * _batch));
        _session.Run(_run, s_inputs, _in, s_outputs, _out);
        if (_steps == 1)
        {
            (_in[1], _out[1]) = (_out[1], _in[1]);
            (_in[2], _out[2]) = (_out[2], _in[2]);
        }
    }

    private void SetInput(ReadOnlySpan<int> tokens)
    {
        Array.Clear(_oneHot);
        for (int i = 0; i < tokens.Length; i++)
        {
            if (_indices)
                _tokens[i] = tokens[i];
            else
                _oneHot[(i * CharTrain.V) + tokens[i]] = 1;
        }
    }

    private OrtValue State() => OrtValue.CreateTensorValueFromMemory(new float[CharTrain.Layers * _batch * CharTrain.H],
        [CharTrain.Layers, _batch, CharTrain.H]);

    private static InferenceSession Open(EngineOptions options)
    {
        using SessionOptions session = new()
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        if (options.ModelPath.Length > 0)
            return new InferenceSession(options.ModelPath, session);

        string path = Path.GetTempFileName();
        try
        {
            OnnxFile.Write(path, options.OnnxIndices);
            return new InferenceSession(path, session);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

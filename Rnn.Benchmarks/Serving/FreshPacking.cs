using System.Text;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Tensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;

namespace Rnn.Benchmarks.Serving;

/// <summary>
/// What a request cost before models kept their packed weights: buffers of its own, and all weights packed for it
/// alone. (Tapes for training still pack for themselves.)
/// </summary>
internal static class FreshPacking
{
    /// <summary>The text that <see cref="CharRnnModel.Generate(string, int, SamplingOptions, ulong, bool)"/>
    /// writes.</summary>
    public static string Generate(CharRnnModel model, string prime, int length, SamplingOptions sampling, ulong seed)
    {
        int v = model.Vocabulary.Count;
        RecurrentTape tape = model.Encoder.Recurrent.CreateTape(1, 1, TapeUse.Training);
        RecurrentState state = model.Encoder.Recurrent.CreateState(1);
        TextSampler sampler = new(v, sampling);
        Philox random = new(seed, RandomStreams.Generation);
        Tensor logits = new(1, v);
        PackedMatrix output = new(model.Options.HiddenSize, v);
        output.Pack(model.Parameters[model.Output.Weights].Span, v);
        foreach (int symbol in model.Vocabulary.Encode(prime))
            Read(symbol);

        StringBuilder text = new(length);
        for (int i = 0; i < length; i++)
        {
            Gemm.Multiply(1, tape.Output[0].Span, output.Rows, output, logits.Span, v);
            SharedPasses.AddRow(model.Parameters[model.Output.Bias!.Value].Span, logits.Span);
            int symbol = sampler.Sample(logits.Span, ref random);
            Read(symbol);
            text.Append(model.Vocabulary[symbol].ToString());
        }

        return text.ToString();

        void Read(int symbol)
        {
            model.Encoder.Recurrent.Begin(state, 1, Mode.Inference, tape);
            model.Encoder.Recurrent.ForwardStep(model.Parameters, RecurrentInput.OneHot([symbol], 1, 1, v), 0, tape);
            model.Encoder.Recurrent.End(state, tape);
        }
    }
}

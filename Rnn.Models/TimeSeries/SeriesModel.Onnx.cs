using System.IO;
using Rnn.Core.Serialization.Onnx;

namespace Rnn.Models.TimeSeries;

/// <content>For other programs.</content>
public sealed partial class SeriesModel
{
    /// <summary>
    /// Writes the network for ONNX Runtime and other inference engines: <c>outputs</c> [steps, batch, O], the quantiles or
    /// the parameters of a distribution in the unit of each window, and <c>hn</c> of <c>inputs</c> float [steps, batch, F]
    /// and <c>h0</c> [layers, batch, H], of an LSTM also <c>cn</c> of <c>c0</c>; with EmbeddingSize also of <c>series</c>
    /// int64 [batch], the number of each row's series, 0 for an unknown one. A learnt initial state is h0's and c0's
    /// parameter of that name. What series become inputs and outputs forecasts is not in the file: that is
    /// <see cref="SeriesForecaster"/>'s. Metadata: the options, the names of series, the covariates.
    /// <see cref="Load(string)"/> can't read it.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="System.ArgumentException">The cells have an option for which ONNX has no operator.</exception>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public OnnxSignature ExportOnnx(string path) => Onnx().Write(path);

    /// <summary>The same, to a stream.</summary>
    public OnnxSignature ExportOnnx(Stream stream) => Onnx().Write(stream);

    private OnnxNetwork Onnx()
    {
        OnnxNetwork net = new(Parameters, Format.ForOnnx("series", Options,
            (SeriesKey, string.Join('\n', SeriesNames)),
            (CovariatesKey, SeriesCovariate.Write(_covariates))));
        OnnxValue x = net.Numbers("inputs", Features.Count);
        if (Embedding is not null)
            x = net.Concat(x, net.Repeat(net.Add(Embedding, net.Tokens("series")), x));

        OnnxState? state = net.State(Recurrent);
        OnnxValue hidden = net.Add(OutputDropout, net.Add(Recurrent, x, ref state));
        net.Output("outputs", net.Sum(net.Add(Output, hidden), net.Add(Skip, x)));
        net.Output(state);
        return net;
    }
}

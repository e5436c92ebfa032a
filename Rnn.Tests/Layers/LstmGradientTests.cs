using Rnn.Core.Layers.Recurrent;
using Xunit;

namespace Rnn.Tests.Layers;

public class LstmGradientTests
{
    public static TheoryData<string> Names => GradientTests.NamesWhere(Has);

    internal static bool Has(string layer) => layer == nameof(Lstm);

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryDerivativeAgreesWithTheDoubleOracle(string name) => GradientTests.Check(name);
}

using System.Linq;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Layers;

public class GradientTests
{
    public static TheoryData<string> Names => [.. GradientCases.All.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryDerivativeAgreesWithTheDoubleOracle(string name)
    {
        GradientReportRow row = GradientCases.All.Single(check => check.Name == name).Run();
        Assert.True(row.Derivatives > 0);
        Assert.True(row.Failures.Count == 0, GradientCheck.Describe(row));
    }
}

using System;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Optimizers;

[Collection("Alone")]
public class OptimizerThreadTests
{
    [Fact]
    public void TheBitsDontDependOnThreads()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            foreach (ByRowUpdate byRow in new[] { ByRowUpdate.Lazy, ByRowUpdate.Dense })
            {
                (float[] dense, float[] table, double norm) = Train(1);
                foreach (int threads in new[] { 2, 4 })
                {
                    (float[] d, float[] t, double n) = Train(threads);
                    Assert.Equal(dense, d);
                    Assert.Equal(table, t);
                    Assert.Equal(norm, n);
                }

                (float[] Dense, float[] Table, double Norm) Train(int threads)
                {
                    Setting setting = new(make, byRow);
                    double sum = 0;
                    Allocations.WithThreads(threads, () =>
                    {
                        for (int t = 0; t < 3; t++)
                            sum += setting.Step(t);
                    });
                    return (setting.Parameters.Dense.ToArray(), setting.Parameters.ByRow.ToArray(), sum);
                }
            }
        }
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        foreach (Func<ParameterLayout, ByRowUpdate, Optimizer> make in OptimizerCases.All)
        {
            foreach (ByRowUpdate byRow in new[] { ByRowUpdate.Lazy, ByRowUpdate.Dense })
            {
                Setting setting = new(make, byRow);
                LearningRateSchedule schedule = new CosineSchedule(0.01, 100, 10);
                setting.Fill(0);
                long bytes = Allocations.Of100(() =>
                {
                    GradientClipping.ByGlobalNorm(setting.Gradients, 1e-3);
                    GradientClipping.ByValue(setting.Gradients, 1e-4f);
                    setting.Optimizer.Step(
                        setting.Parameters, setting.Gradients, (float)schedule.RateAt(setting.Optimizer.StepCount));
                });
                Assert.Equal(0, bytes);
            }
        }
    }

    /// <summary>Large enough that all passes are shared between threads.</summary>
    private sealed class Setting
    {
        public Setting(Func<ParameterLayout, ByRowUpdate, Optimizer> make, ByRowUpdate byRow)
        {
            ParameterLayout layout = new();
            layout.Add("w", 181, 193, SlotOrientation.AsStored);
            layout.Add("b", 1, 193, SlotOrientation.Vector);
            layout.Add("e", 1201, 29, SlotOrientation.AsStored, SlotStorage.ByRow);
            Parameters = new ParameterBuffer(layout);
            Gradients = new GradientBuffer(layout);
            Other = new GradientBuffer(layout);
            Optimizer = make(layout, byRow);
            ParameterWriter writer = Parameters.BeginWrite();
            foreach (ParameterSlot slot in layout.Slots)
                OptimizerCases.FillValues(writer[slot].Span);
        }

        public ParameterBuffer Parameters { get; }

        public GradientBuffer Gradients { get; }

        public GradientBuffer Other { get; }

        public Optimizer Optimizer { get; }

        public double Step(int t)
        {
            Fill(t);
            Gradients.AddFrom(Other);
            double norm = GradientClipping.ByGlobalNorm(Gradients, 10);
            norm += GradientClipping.ByValue(Gradients, 0.01f);
            Optimizer.Step(Parameters, Gradients, 0.01f);
            return norm;
        }

        public void Fill(int t)
        {
            FillOne(Gradients, t);
            FillOne(Other, t + 1);
        }

        private static void FillOne(GradientBuffer g, int t)
        {
            OptimizerTests.FillGradients(g, t);
            RowGradients rows = g.Rows(g.Layout["e"]);
            for (int row = t; row < rows.Rows; row += t == 1 ? 2 : 1)
                OptimizerCases.FillGradient(rows.Touch(row), row);
        }
    }
}

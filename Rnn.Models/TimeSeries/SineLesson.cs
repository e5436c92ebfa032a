using System;
using Rnn.Models.Batching;
using Rnn.Models.Training;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// The sine lesson: 21 points of the sine on [k*pi, (k+1)*pi] for step k; of the first 20, each is followed by the
/// next. A simple RNN of 32 units and a linear layer learn it in 75 steps of Adam with a rate of 0.01, one step a
/// window, the state carried from each to the next.
/// </summary>
public static class SineLesson
{
    /// <summary>T, the inputs of a window.</summary>
    public const int WindowSteps = 20;

    /// <summary>Windows, and with them training steps.</summary>
    public const int Windows = 75;

    /// <summary>Adam's learning rate.</summary>
    public const double LearningRate = 0.01;

    /// <summary>The point between inputs number i and i+1 of window k is pi/20 beyond: sin(k*pi + i*pi/20).</summary>
    /// <param name="k">The window, from 0.</param>
    /// <param name="i">The point, 0 to 20.</param>
    public static double Point(int k, int i) => Math.Sin((k + ((double)i / WindowSteps)) * Math.PI);

    /// <summary>The windows of the lesson, in order.</summary>
    public static IBatches<RegressionWindow> Batches()
    {
        float[] inputs = new float[WindowSteps], targets = new float[WindowSteps];
        return new GeneratedBatches<RegressionWindow>(Windows, WindowSteps, Make, new BatchShape(1, WindowSteps));

        RegressionWindow Make(int epoch, int k)
        {
            for (int i = 0; i < WindowSteps; i++)
                (inputs[i], targets[i]) = ((float)Point(k, i), (float)Point(k, i + 1));

            return new RegressionWindow(inputs, targets, WindowSteps, 1, k == 0);
        }
    }

    /// <summary>The lesson's trainer: one epoch, which is 75 steps.</summary>
    /// <param name="model">One number in, one out.</param>
    public static Trainer<RegressionWindow> CreateTrainer(SequenceRegressor model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.CreateTrainer(Batches(), options: new TrainingOptions { LearningRate = LearningRate, ClipNorm = 0 });
    }
}

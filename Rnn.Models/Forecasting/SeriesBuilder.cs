namespace Rnn.Models.Forecasting;

/// <summary>Regular series of rows in any order.</summary>
public static class SeriesBuilder
{
}

namespace Rnn.Models.Forecasting;

/// <summary>A line of a backtest's table.</summary>
/// <param name="Name">The forecaster's.</param>
/// <param name="Score">Over all series and origins.</param>
public sealed record BacktestRow(string Name, ForecastScore Score);

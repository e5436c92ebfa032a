using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Rnn.Models.Forecasting;
using Rnn.Models.TimeSeries;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Samples;

/// <summary>samples/TimeSeries from outside: what is printed, exit codes, files, and what interruptions leave.</summary>
public class TimeSeriesCliTests
{
    private static readonly string[] s_tiny = ["--hidden", "4", "--layers", "1", "--epochs", "2", "--steps-per-epoch", "8", "--batch", "4",
        "--threads", "1"];

    [Theory]
    [InlineData("There is no file 'nope.csv'", "--csv", "nope.csv")]
    [InlineData("'good.csv' has no column 'nix' (--value); it has date, sales.", "--csv", "good.csv", "--value", "nix")]
    [InlineData("'good.csv' has no column 'nix' (--past); it has date, sales.", "--csv", "good.csv", "--past", "nix")]
    [InlineData("'bad.csv', row 4, column 'sales': 'x' was found, expected a number", "--csv", "bad.csv")]
    [InlineData("'times.csv', row 3, column 'date': 'hello' was found, expected a time", "--csv", "times.csv")]
    [InlineData("expected a time of the format yyyy/MM", "--csv", "good.csv", "--format", "yyyy/MM", "--time", "date")]
    [InlineData("'several.csv' has several columns of numbers (a, b, c)", "--csv", "several.csv")]
    [InlineData("'gap.csv': Series 'sales': between rows 3 and 4, 2 times are missing, from 2024-01-03 on. --missing says",
        "--csv", "gap.csv")]
    [InlineData("row 3: 2024-01-01 was there before, in row 2; expected each time once. --repeated says", "--csv", "twice.csv")]
    [InlineData("row 3: 2023-12-31 comes after 2024-01-01; expected times in ascending order. --unsorted sort", "--csv", "unsorted.csv")]
    [InlineData("--missing seasonal fills with the values a season away", "--csv", "gap.csv", "--missing", "seasonal")]
    [InlineData("There is no culture 'xx-NIX' on this machine", "--csv", "good.csv", "--culture", "xx-NIX")]
    [InlineData("There is no time zone 'Nix/Da' on this machine", "--csv", "good.csv", "--clock-changes", "Nix/Da")]
    [InlineData("'soon' is no distance of times (--every)", "--csv", "good.csv", "--every", "soon")]
    [InlineData("'plain.csv' has no column of times of the format yyyy", "--csv", "plain.csv", "--format", "yyyy")]
    [InlineData("'v' has no times that a calendar could be read from", "--csv", "plain.csv", "--calendar", "hour")]
    [InlineData("there is no place for covariates", "--csv", "plain.csv", "--form", "wide", "--past", "v")]
    [InlineData("column 'place': 'Rome' was found, expected 'Oslo' in all rows of", "--csv", "static.csv", "--static", "place")]
    [InlineData("What is held out has 2 steps (--test), and 3 are forecast (--horizon)",
        "--csv", "good.csv", "--test", "2", "--horizon", "3")]
    [InlineData("'plain.csv': 'v' has 12 values, expected 21 at least (--test 20", "--csv", "plain.csv", "--test", "20")]
    [InlineData("'sales' has no values in the file of what follows", "--csv", "good.csv", "--test-csv", "plain.csv")]
    [InlineData("'same.csv': there are 2 series 'x'; expected names that differ.", "--csv", "same.csv", "--form", "wide")]
    [InlineData("begins at 2024-01-09T00:00:00, expected 2024-01-07T00:00:00", "--csv", "good.csv", "--test-csv", "later.csv")]
    [InlineData("say how numbers are written with --culture", "--csv", "commas.csv")]
    [InlineData("say how numbers are written with --culture", "--csv", "few.csv")]   // 2,5 is no day in May
    [InlineData("'wide.csv': the first row has numbers alone (1, 2, 3 ...): say with --header", "--csv", "wide.csv", "--form", "wide")]
    [InlineData("'huge.csv': Series 'v': value 1 is 2E+160; expected sizes up to 1E+100.", "--csv", "huge.csv")]
    [InlineData("'tiny.csv': Series 'v': the largest value is 2E-160; expected 1E-100 at least", "--csv", "tiny.csv")]
    [InlineData("Series 'v': value 2 is 2.5; a negative binomial output", "--csv", "halves.csv", "--output", "negative-binomial")]
    [InlineData("--refit trains 'MODEL' anew, as it was trained: expected the checkpoint",
        "backtest", "--csv", "good.csv", "--model", "MODEL", "--refit")]
    [InlineData("--refit-on-all trains once more when held-out values have chosen",
        "--csv", "good.csv", "--refit-on-all", "yes", "--hold-out", "no")]
    [InlineData("--refit-on-all begins anew", "--csv", "good.csv", "--from", "MODEL", "--refit-on-all", "yes")]
    [InlineData("The built-in series has no columns beside it", "--dataset", "synthetic", "--known", "holiday")]
    [InlineData("--data or in $RNN_DATA", "--dataset", "power")]
    [InlineData("--from trains one network as it is", "--from", "MODEL", "--csv", "good.csv", "--hidden", "9")]
    [InlineData("There is no model 'nope'", "forecast", "--model", "nope", "--csv", "good.csv")]
    [InlineData("'good.csv' can't be read as safetensors", "forecast", "--model", "good.csv", "--csv", "good.csv")]
    [InlineData("the horizon is 9; the model predicts quantiles of 3 steps",
        "forecast", "--model", "MODEL", "--csv", "good.csv", "--horizon", "9")]
    [InlineData("The model says quantiles and draws nothing: --paths", "forecast", "--model", "MODEL", "--csv", "good.csv", "--paths", "9")]
    [InlineData("'good.csv' has no column 'wind' (--past)", "forecast", "--model", "WINDY", "--csv", "good.csv")]
    [InlineData("reads a covariate 'wind', which another program gave it", "forecast", "--model", "STRANGE", "--csv", "good.csv")]
    [InlineData("and 2 are there to measure it on (--test)", "evaluate", "--model", "MODEL", "--csv", "good.csv", "--test", "2")]
    [InlineData("'short.csv': 'v' has 3 values, expected 4 at least", "evaluate", "--model", "MODEL", "--csv", "short.csv")]
    [InlineData("expected 31 at least (--origins 30, --stride 1, --horizon 1",
        "backtest", "--csv", "short.csv", "--origins", "30", "--horizon", "1")]
    public void BadInputIsOneSentenceAndExitCode1(string message, params string[] arguments) => Refused(1, message, arguments);

    [Theory]
    [InlineData("--output is 'nix'; expected one of quantiles, student-t, normal, negative-binomial.", "--output", "nix")]
    [InlineData("--lags has 'x'; expected whole numbers, 1 to 1000000", "--lags", "2,x")]
    [InlineData("--calendar has 'day'; expected some of none, hour, weekday, yearday, month", "--calendar", "hour,day")]
    [InlineData("--test-csv belongs to --csv, which is not given.", "--test-csv", "good.csv")]
    [InlineData("Give --csv or --dataset, not both.", "--csv", "good.csv", "--dataset", "power")]
    [InlineData("--from needs series to train on", "--from", "nope")]
    [InlineData("Name series with --csv or --dataset.", "forecast")]
    [InlineData("Name series with --csv or --dataset.", "evaluate")]
    [InlineData("Name series with --csv or --dataset.", "backtest")]
    [InlineData("--model has its own --hidden", "backtest", "--csv", "good.csv", "--model", "nope", "--hidden", "4")]
    public void WrongUsageIsOneSentenceAndExitCode2(string message, params string[] arguments) => Refused(2, message, arguments);

    /// <summary>A straight line goes on, whatever the network: what is forecast says what was read.</summary>
    [Theory]
    [InlineData("date,v\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n", "2024-01-04,v,4")]
    [InlineData("v\n1\n2\n3\n", "4,v,4")]
    [InlineData("YEAR,spots\n1700,5\n1701,7\n1702,9\n", "1703-01-01,spots,11")]
    [InlineData("\"Month\",\"n\"\n\"1949-01\",1\n\"1949-02\",2\n\"1949-03\",3\n", "1949-04-01,n,4")]
    [InlineData("at,v\n2024-01-31,1\n2024-02-29,2\n2024-03-31,3\n", "2024-04-30,v,4")]
    [InlineData("id,a,b,c,d\nx,1,2,3,\ny,10,20,30,40\n", "4,x,4 5,y,50", "--form", "wide")]
    [InlineData("1,2,3\n4,6,8\n", "4,1,4 4,2,10", "--form", "wide", "--header", "no")]
    [InlineData("ds,shop,y\n2024-01-01,b,1\n2024-01-01,a,5\n2024-01-02,b,2\n2024-01-02,a,6\n2024-01-03,b,3\n2024-01-03,a,7\n",
        "2024-01-04,b,4 2024-01-04,a,8")]
    [InlineData("d,a,b\n2024-01-01,1,5\n2024-01-02,2,4\n2024-01-03,3,3\n", "2024-01-04,a,4 2024-01-04,b,2", "--value", "a,b")]
    [InlineData("2024-01-01;1\n2024-01-02;2\n2024-01-03;3\n", "2024-01-04,2,4", "--header", "no")]
    [InlineData("2024-01-01|1\n2024-01-02|2\n2024-01-03|3\n",
        "2024-01-04,2,4", "--header", "no", "--separator", "bar", "--time", "1", "--value", "2")]
    [InlineData("t,v\n31-01-2024 22:00,1\n31-01-2024 23:00,2\n01-02-2024 00:00,3\n",
        "2024-02-01T01:00:00,v,4", "--format", "dd-MM-yyyy HH:mm")]
    [InlineData("t,v\n0,1\n3600,2\n7200,3\n", "1970-01-01T03:00:00,v,4", "--format", "unix")]
    [InlineData("t,v\n5,1\n7,3\n8,4\n", "5,v,5", "--format", "index", "--missing", "linear")]
    [InlineData("d,v\n2024-01-03,3\n2024-01-01,1\n2024-01-02,2\n", "2024-01-04,v,4", "--unsorted", "sort")]
    [InlineData("d,v\n2024-01-01,1\n2024-01-02,1\n2024-01-02,3\n2024-01-03,3\n", "2024-01-04,v,4", "--repeated", "mean")]
    [InlineData("d,v\n2024-01-01,1\n2024-01-02,NA\n2024-01-03,\n2024-01-04,4\n", "2024-01-05,v,5", "--missing", "linear")]
    [InlineData("d,v\n2024-01-01,1\n2024-01-05,2\n", "2024-01-06,v,2.25", "--missing", "linear", "--every", "1d")]
    [InlineData("d,v\n2024-03-31 00:00,1\n2024-03-31 01:00,2\n2024-03-31 03:00,4\n2024-03-31 04:00,5\n", "2024-03-31T05:00:00,v,6",
        "--clock-changes", "Europe/Berlin")]
    [InlineData("d,v\n2024-03-31T00:00+01:00,1\n2024-03-31T01:00+01:00,2\n2024-03-31T03:00+02:00,3\n", "2024-03-31T02:00:00,v,4")]
    [InlineData("1\n2\n3\n", "4,1,4")]   // no header
    [InlineData("1\n2\n3\n4\n", "4,1,5", "--header", "yes")]
    [InlineData("2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n", "2024-01-04,2,4")]
    [InlineData(",0\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n", "2024-01-04,0,4")]   // a number's name beside one that is none
    [InlineData("\uFEFFv\n1\n2\n3\n", "4,v,4")]
    [InlineData("\uFEFFdate,v\r\n2024-01-01,1\r\n2024-01-02,2\r\n2024-01-03,3\r\n", "2024-01-04,v,4")]
    [InlineData("Tag;Wert\r\n01.02.2024;1.001,5\r\n02.02.2024;1.002,5\r\n03.02.2024;1.003,5\r\n",
        "2024-02-04,Wert,1004.5", "--culture", "de-DE")]
    [InlineData("d,v\n1/2/2024,\"1,234,001.5\"\n1/3/2024,\"1,234,002.5\"\n1/4/2024,\"1,234,003.5\"\n",
        "2024-01-05,v,1234004.5", "--culture", "en-US")]
    [InlineData("Tag;Wert\n01.02.2024;1,5\n02.02.2024;2,5\n03.02.2024;3,5\n", "2024-02-04,Wert,4.5", "--culture", "de-DE")]
    public void FilesOfEveryFormAreRead(string csv, string expected, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        folder.Write("file.csv", Encoding.UTF8.GetBytes(csv));
        Save(folder, "model.safetensors");
        using SampleProcess forecast = Run(folder, ["forecast", "--model", "model.safetensors", "--csv", "file.csv", "--horizon", "1",
            .. arguments]);
        if (forecast.Error.Contains("There is no culture '", StringComparison.Ordinal))
            Assert.Skip("This machine knows no cultures.");

        Assert.True(forecast.ExitCode == 0, forecast.Error);
        string[] lines = forecast.Output.TrimEnd('\n').Split('\n');
        Assert.EndsWith(",series,mean,median,q0.5", lines[0], StringComparison.Ordinal);
        string[] rows = [.. expected.Split(' ').Select(row => $"{row},{row[(row.LastIndexOf(',') + 1)..]}")];
        Assert.Equal([.. rows.Select(row => $"{row},{row[(row.LastIndexOf(',') + 1)..]}")], lines[1..]);
    }

    [Fact]
    public void TheDemoLeavesAModelAndItsCommandsUseIt()
    {
        using TemporaryFolder folder = new();
        using SampleProcess train = Run(folder, [.. s_tiny, "--seeds", "2"]);
        Assert.True(train.ExitCode == 0, train.Error);
        foreach (string line in (string[])["The sine lesson: a simple RNN of 32 units, 75 steps", "Season: 24 steps and 168",
            "all but the noise (best possible)", "naive with drift", "seasonal naive, 168 steps", "Theta", "exponential smoothing",
            "linear autoregression", "seed 2", "the average of 2 networks", "mean of 2 seeds", "their median",
            "The noise has a standard deviation of 2.0"])
        {
            Assert.Contains(line, train.Output, StringComparison.Ordinal);
        }

        foreach (string name in (string[])["model.safetensors", "checkpoint.safetensors", "loss.csv", "loss.png", "summary.json",
            "forecast.png", "sine.png", "seed-2/model.safetensors"])
        {
            Assert.True(File.Exists(Path.Combine(folder.Path, "out/time-series", name)), name);
        }

        using SampleProcess forecast = Run(folder, ["forecast", "--dataset", "synthetic", "--picture", "f.png"]);
        Assert.StartsWith("time,series,mean,median,q0.025,", forecast.Output, StringComparison.Ordinal);
        Assert.Contains("\n2024-03-25T00:00:00,synthetic,", forecast.Output, StringComparison.Ordinal);
        Assert.Equal(25, forecast.Output.TrimEnd('\n').Split('\n').Length);
        using SampleProcess evaluate = Run(folder, ["evaluate", "--dataset", "synthetic", "--test", "336"]);
        Assert.Equal(Row(train.Output, "linear autoregression"), Row(evaluate.Output, "linear autoregression"));
        Assert.Equal(Row(train.Output, "the average of 2 networks"), Row(evaluate.Output, "the average of 2 networks"));
        using SampleProcess backtest = Run(folder, ["backtest", "--dataset", "synthetic", "--model", "out/time-series/model.safetensors",
            "--origins", "14", "--rows", "rows.csv", "--picture", "b.png"]);
        Assert.Equal(Row(train.Output, "seed 1"), Row(backtest.Output, "LSTM 4 x 1, quantiles"));
        string[] rows = File.ReadAllLines(Path.Combine(folder.Path, "rows.csv"));
        Assert.Equal("forecaster,series,origin,step,time,value,mean,median,q0.025,q0.1,q0.9,q0.975", rows[0]);
        Assert.Equal(1 + (8 * 14 * 24), rows.Length);
        Assert.True(File.Exists(Path.Combine(folder.Path, "f.png")) && File.Exists(Path.Combine(folder.Path, "b.png")));
    }

    [Fact]
    public void ManySeriesWithAllThatStandsBesideThem()
    {
        using TemporaryFolder folder = new();
        WriteShops(folder);
        string[] columns = ["--csv", "shops.csv", "--series", "shop", "--value", "sales"];
        using SampleProcess train = Run(folder,
            [.. columns, "--past", "rain", "--known", "holiday", "--static", "region,size", "--calendar", "weekday",
            "--embedding", "2", "--horizon", "3", "--out", "shops", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("past: rain, known: holiday, static: region = north, static: region = south, static: size, calendar: weekday sin",
            train.Output, StringComparison.Ordinal);
        Assert.Contains("Season: 7 steps.", train.Output, StringComparison.Ordinal);

        // A model says which columns it needs; of what is known in advance there are five steps beyond the end.
        using SampleProcess forecast = Run(folder, ["forecast", "--model", "shops", .. columns]);
        Assert.True(forecast.ExitCode == 0, forecast.Error);
        Assert.Equal(1 + (3 * 3), forecast.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("\n2024-03-11,shop 0,", forecast.Output, StringComparison.Ordinal);
        using SampleProcess further = Run(folder,
            ["--from", "shops", .. columns, "--out", "further", "--epochs", "1", "--steps-per-epoch", "4"]);
        Assert.True(further.ExitCode == 0, further.Error);
        using SampleProcess refit = Run(folder,
            ["backtest", .. columns, "--known", "holiday", "--horizon", "3", "--origins", "2", "--refit", .. s_tiny]);
        Assert.True(refit.ExitCode == 0, refit.Error);
        Assert.Contains("6 of 3 steps", refit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfWhatFollowsIsHeldOut()
    {
        using TemporaryFolder folder = new();
        folder.Write("train.csv", "id,a,b,c,d,e,f,g\nx,1,3,2,5,4,7,6\ny,9,8,6,7,5,3,\n"u8.ToArray());
        folder.Write("test.csv", "id,a,b\ny,2,1\nx,9,8\n"u8.ToArray());
        using SampleProcess train = Run(folder,
            ["--csv", "train.csv", "--test-csv", "test.csv", "--form", "wide", "--out", "o", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("2 series of 8 to 9 values", train.Output, StringComparison.Ordinal);
        Assert.Contains("Horizon: 2 steps; 2 steps at the end held out.", train.Output, StringComparison.Ordinal);
        string naive = Row(train.Output, "naive");   // |9-6|, |8-6|, |2-3|, |1-3|: their mean is 2
        Assert.Equal("2", naive.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);
    }

    [Theory]
    [InlineData("checkpoint.safetensors")]
    [InlineData("checkpoint.safetensors", "--refit-on-all", "yes")]
    [InlineData("seed-2/model.safetensors", "--refit-on-all", "yes")]   // both were chosen: the second trainings are under way
    public void AKilledRunGoesOnToTheSameModels(string awaited, params string[] options)
    {
        using TemporaryFolder folder = new();
        WriteShops(folder);
        string[] arguments =
            ["--csv", "shops.csv", "--series", "shop", "--value", "sales", "--static", "region", "--known", "holiday", "--lags",
            "1,7", "--seeds", "2", "--checkpoint-every", "3", .. options, .. s_tiny];
        using SampleProcess whole = Run(folder, ["--out", "whole", .. arguments]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        using (SampleProcess killed = SampleProcess.Start("TimeSeries", folder.Path, ["--out", "part", .. arguments]))
        {
            killed.WaitUntil(() => File.Exists(Path.Combine(folder.Path, "part", awaited)));
            killed.Kill();
            killed.WaitForExit();
        }

        using SampleProcess resumed = Run(folder, ["--out", "part", "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(options.Length > 0, resumed.Output.Contains("trained once more", StringComparison.Ordinal));
        foreach (string model in (string[])["model.safetensors", "seed-2/model.safetensors"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "whole", model)),
                File.ReadAllBytes(Path.Combine(folder.Path, "part", model)));
        }
    }

    /// <summary>Thousands are apart by three digits: 1.5 is no fifteen.</summary>
    [Fact]
    public void ACellThatIsNoNumberOfItsCultureIsRefused()
    {
        using TemporaryFolder folder = new();
        folder.Write("f.csv", "d;v\n1.2.2024;1,5\n2.2.2024;2.5\n"u8.ToArray());
        using SampleProcess train = Run(folder, ["--csv", "f.csv", "--culture", "de-DE", .. s_tiny]);
        if (train.Error.Contains("There is no culture", StringComparison.Ordinal))
            Assert.Skip("This machine knows no cultures.");

        Assert.Equal(1, train.ExitCode);
        Assert.Contains("row 3, column 'v': '2.5' was found, expected a number of the culture de-DE", train.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFirstRowOfNumbersIsSaidToBeRead()
    {
        using TemporaryFolder folder = new();
        folder.Write("plain.csv", "5\n5\n5\n5\n5\n5\n5\n"u8.ToArray());
        using SampleProcess train = Run(folder, ["--csv", "plain.csv", "--out", "o", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("'plain.csv': its first row has no names, and is read as values", train.Error, StringComparison.Ordinal);
        Assert.Contains("1 series of 7 values", train.Output, StringComparison.Ordinal);

        // There is nothing to learn, and the model is used by its name all the same.
        Assert.Contains("There is nothing to learn", train.Output, StringComparison.Ordinal);
        Assert.Contains("forecast --csv FILE --model o/model.safetensors", train.Output, StringComparison.Ordinal);
    }

    /// <summary>A year of days is no whole number of weeks.</summary>
    [Fact]
    public void AYearStandsBesideAWeek()
    {
        using TemporaryFolder folder = new();
        StringBuilder csv = new("day,v\n");
        for (int t = 0; t < 2000; t++)
        {
            double value = 50 + (12 * Math.Sin(2 * Math.PI * t / 365.25)) + (9 * Math.Sin(2 * Math.PI * t / 7)) + ((t * 7919 % 13) / 13.0);
            csv.Append(CultureInfo.InvariantCulture, $"{new DateTime(2020, 1, 1).AddDays(t):yyyy-MM-dd},{value:F3}\n");
        }

        folder.Write("days.csv", Encoding.UTF8.GetBytes(csv.ToString()));
        using SampleProcess train = Run(folder, ["--csv", "days.csv", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        Assert.Contains("Season: 7 steps and 365.", train.Output, StringComparison.Ordinal);
        using SampleProcess evaluate = Run(folder, ["evaluate", "--csv", "days.csv"]);
        Assert.Equal(Row(train.Output, "seasonal naive, 365 steps"), Row(evaluate.Output, "seasonal naive, 365 steps"));
    }

    [Fact]
    public void AModelIsTrainedAnewAsItWasTrained()
    {
        using TemporaryFolder folder = new();
        WriteShops(folder);
        string[] columns = ["--csv", "shops.csv", "--series", "shop", "--value", "sales"];
        using SampleProcess train = Run(folder, [.. columns, "--known", "holiday", "--rate", "cosine", "--lr", "0.03", .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        using SampleProcess backtest = Run(folder, ["backtest", .. columns, "--model", "out/time-series", "--refit", "--origins", "1"]);
        Assert.True(backtest.ExitCode == 0, backtest.Error);
        Assert.Equal(Row(train.Output, "LSTM 4 x 1, quantiles"), Row(backtest.Output, "LSTM 4 x 1, quantiles"));
        string summary = File.ReadAllText(Path.Combine(folder.Path, "out/time-series/summary.json"));
        using JsonDocument json = JsonDocument.Parse(summary);
        JsonElement model = json.RootElement.GetProperty("results").GetProperty("models")[0];
        Assert.Equal(1, model.GetProperty("seed").GetInt32());
        Assert.InRange(model.GetProperty("weight").GetDouble(), 0, 1);
        Assert.Equal(SeriesModel.Load(Path.Combine(folder.Path, "out/time-series/model.safetensors")).Spread,
            model.GetProperty("spread").GetDouble());
    }

    /// <summary>With default settings, but for the time that they take.</summary>
    [Theory]
    [InlineData("v\n5\n")]
    [InlineData("v\n5\n6\n")]
    [InlineData("v\n1\n9\n2\n8\n")]
    [InlineData("v\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n")]
    [InlineData("v\n1\n2\n3\n1\n2\n3\n1\n2\n3\n1\n2\n3\n")]
    [InlineData("v\n-5\n1e9\n-3\n7e8\n-1\n2e9\n-5\n1e-9\n-3\n7\n-1\n2\n")]
    [InlineData("v\n1e99\n3e98\n2e99\n1e98\n5e99\n1e99\n3e98\n2e99\n1e98\n5e99\n1e99\n4e99\n")]
    [InlineData("v\n1e-99\n3e-99\n2e-99\n1e-98\n5e-99\n1e-99\n3e-98\n2e-99\n1e-98\n5e-99\n1e-99\n4e-99\n")]
    [InlineData("v\n0\n3\n0\n1\n0\n0\n2\n0\n4\n0\n1\n0\n", "--output", "negative-binomial")]
    [InlineData("v\n0\n3\n0\n1\n0\n0\n2\n0\n4\n0\n1\n0\n", "--output", "student-t", "--log", "--non-negative")]
    [InlineData("v\n0\n3\n0\n1\n0\n0\n2\n0\n4\n0\n1\n0\n", "--output", "normal", "--scaling", "standard", "--difference", "0")]
    public void SeriesOfEveryKindTrain(string csv, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        folder.Write("kind.csv", Encoding.UTF8.GetBytes(csv));
        using SampleProcess train = Run(folder, ["--csv", "kind.csv", .. arguments, .. s_tiny]);
        Assert.True(train.ExitCode == 0, train.Error);
        using SampleProcess forecast = Run(folder, ["forecast", "--csv", "kind.csv"]);
        Assert.True(forecast.ExitCode == 0, forecast.Error);
        Assert.All(forecast.Output.TrimEnd('\n').Split('\n').Skip(1).SelectMany(line => line.Split(',').Skip(2)),
            cell => Assert.True(double.IsFinite(double.Parse(cell, CultureInfo.InvariantCulture))));
    }

    // Of three shops, seventy days and five to come.
    private static void WriteShops(TemporaryFolder folder)
    {
        StringBuilder csv = new("day,shop,region,size,sales,holiday,rain\n");
        for (int t = 0; t < 75; t++)
        {
            for (int shop = 0; shop < 3; shop++)
            {
                string day = new DateTime(2024, 1, 1).AddDays(t).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                double sales = (10 * shop) + 20 + (8 * Math.Sin(2 * Math.PI * t / 7)) + ((t * 7919 % 13) / 5.0);
                csv.Append(CultureInfo.InvariantCulture, $"{day},shop {shop},{(shop == 0 ? "south" : "north")},{shop + 1},")
                    .Append(t < 70
                        ? string.Create(CultureInfo.InvariantCulture, $"{sales:F2},{t % 9 / 8},{t * 31 % 11}\n")
                        : $",{t % 9 / 8},\n");
            }
        }

        folder.Write("shops.csv", Encoding.UTF8.GetBytes(csv.ToString()));
    }

    // The figures of the row whose name ends so.
    private static string Row(string table, string name)
    {
        string line = table.Split('\n').First(line => line.Contains(name + "  ", StringComparison.Ordinal));
        return string.Join(' ', line[(line.IndexOf(name, StringComparison.Ordinal) + name.Length)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Save(TemporaryFolder folder, string name, params Covariate[] covariates)
    {
        Series series = new("any", [1, 2, 4], covariates: covariates);
        SeriesModel model = new([series], new SeriesOptions { Horizon = 3, HiddenSize = 4, Layers = 1, Levels = [0.5] });
        model.Save(Path.Combine(folder.Path, name));
    }

    private static SampleProcess Run(TemporaryFolder folder, string[] arguments) =>
        SampleProcess.Run("TimeSeries", folder.Path, arguments);

    private static void Refused(int exitCode, string message, string[] arguments)
    {
        using TemporaryFolder folder = new();
        foreach ((string name, string text) in ((string, string)[])
        [
            ("good", "date,sales\n2024-01-01,1\n2024-01-02,3\n2024-01-03,2\n2024-01-04,5\n2024-01-05,3\n2024-01-06,7\n"),
            ("bad", "date,sales\n2024-01-01,1\n2024-01-02,2\n2024-01-03,x\n"), ("times", "date,sales\n2024-01-01,1\nhello,2\n"),
            ("several", "a,b,c\n1,2,3\n"), ("gap", "date,sales\n2024-01-01,1\n2024-01-02,2\n2024-01-05,2\n2024-01-06,1\n"),
            ("twice", "date,sales\n2024-01-01,1\n2024-01-01,2\n"), ("unsorted", "date,sales\n2024-01-01,1\n2023-12-31,2\n"),
            ("plain", "v\n1\n5\n2\n6\n3\n7\n4\n8\n5\n9\n6\n1\n"), ("short", "v\n1\n5\n2\n"),
            ("static", "v,place\n1,Oslo\n2,Rome\n"), ("same", "id,a,b,c\nx,1,3,2\nx,4,5,9\n"),
            ("later", "date,sales\n2024-01-09,1\n2024-01-10,3\n"), ("commas", "date;v\n2024-01-01;2,5\n2024-01-02;3,5\n"),
            ("few", "v\n\"2,5\"\n\"3,5\"\n"),
            ("wide", "1,2,3,4\n5,1,7,8\n"), ("huge", "v\n1\n2e160\n3\n1\n2\n"), ("tiny", "v\n1e-160\n2e-160\n1e-161\n"),
            ("halves", "v\n0\n3\n2.5\n1\n0\n0\n2\n0\n4\n0\n1\n0\n"),
        ])
        {
            folder.Write(name + ".csv", Encoding.UTF8.GetBytes(text));
        }

        Save(folder, "MODEL");
        Save(folder, "WINDY", new Covariate("past: wind", CovariateKind.Past, new double[3]));
        Save(folder, "STRANGE", new Covariate("wind", CovariateKind.Past, new double[3]));
        using SampleProcess process = Run(folder, arguments);
        Assert.True(exitCode == process.ExitCode, $"{process.ExitCode}: {process.Output}{process.Error}");
        Assert.Contains(message, process.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Error, StringComparison.Ordinal);
        Assert.Single(process.Error.TrimEnd('\n').Split('\n'));
    }
}

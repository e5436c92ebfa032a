using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Data;

/// <summary>
/// The known data sets, and where they are on this machine. The places, in this order: the folder that was named, the
/// folder in the environment variable RNN_DATA, the user's cache; in each, RelativePath and then FileName. Nothing is
/// downloaded unless <see cref="DownloadAsync"/> is called.
/// </summary>
public static class DataSets
{
    /// <summary>The environment variable that names a data folder.</summary>
    public const string FolderVariable = "RNN_DATA";

    /// <summary>Tolstoy's novel in English: the text of the character-model lesson.</summary>
    public static DataSet Anna { get; } = new()
    {
        Name = "anna",
        Description = "Anna Karenina by Leo Tolstoy, in English",
        RelativePath = "anna/anna.txt",
        Url = new Uri("https://raw.githubusercontent.com/udacity/deep-learning-v2-pytorch/master/" +
            "recurrent-neural-networks/char-rnn/data/anna.txt"),
        Sha256 = "568bb39fc78aca98e9db91c4329dcd1aa5ec4c3df3aca2064ce5d6f023ae16c9",
        Size = 2_025_486,
        License = "Public domain (Project Gutenberg ebook 1399)",
    };

    /// <summary>Shakespeare's plays in one file, with SPEAKER: before each turn.</summary>
    public static DataSet TinyShakespeare { get; } = new()
    {
        Name = "tinyshakespeare",
        Description = "About 40,000 lines of Shakespeare's plays",
        RelativePath = "tinyshakespeare/input.txt",
        Url = new Uri("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"),
        Sha256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        Size = 1_115_394,
        License = "Public domain",
    };

    /// <summary>
    /// The first 100,000,000 characters of English Wikipedia of 2006, cleaned: a to z and single spaces. A zip archive
    /// of one file, text8.
    /// </summary>
    public static DataSet Text8 { get; } = new()
    {
        Name = "text8",
        Description = "100 MB of English Wikipedia, a to z and spaces",
        RelativePath = "text8/text8.zip",
        Url = new Uri("https://mattmahoney.net/dc/text8.zip"),
        Sha256 = "a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
        Size = 31_344_016,
        License = "GFDL and CC BY-SA (Wikipedia)",
    };

    /// <summary>
    /// The Large Movie Review Dataset: 50,000 reviews of films, half of them positive, as a gzipped archive of one file
    /// a review. Maas et al., "Learning word vectors for sentiment analysis", ACL 2011.
    /// </summary>
    public static DataSet Reviews { get; } = new()
    {
        Name = "reviews",
        Description = "50,000 reviews of films, positive and negative (Maas et al. 2011)",
        RelativePath = "reviews/aclImdb_v1.tar.gz",
        Url = new Uri("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"),
        Sha256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
        Size = 84_125_825,
        License = "For research; cite Maas et al., ACL 2011",
    };

    /// <summary>
    /// Two million tokens of good articles of Wikipedia, rare words as &lt;unk&gt;: a zip archive of three files.
    /// Merity et al., "Pointer sentinel mixture models", ICLR 2017.
    /// </summary>
    public static DataSet WikiText2 { get; } = new()
    {
        Name = "wikitext-2",
        Description = "2 million tokens of Wikipedia articles (Merity et al. 2017)",
        RelativePath = "wikitext-2/wikitext-2-v1.zip",
        Url = new Uri("https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip"),
        Sha256 = "92675f1d63015c1c8b51f1656a52d5bdbc33aafa60cc47a218a66e7ee817488c",
        Size = 4_475_746,
        License = "CC BY-SA 4.0",
    };

    /// <summary>
    /// English sentences of Tatoeba and their translations into French, 167,130 pairs, tab-separated, the short ones
    /// first; a sentence has one line for each translation. As manythings.org had them in April 2019; newer files have
    /// other pairs.
    /// </summary>
    public static DataSet FrenchEnglish { get; } = new()
    {
        Name = "fra-eng",
        Description = "167,130 English sentences with French translations (Tatoeba, manythings.org)",
        RelativePath = "fra-eng/fra.txt",
        Url = new Uri("https://raw.githubusercontent.com/zhangkuntony/D2L/77b673fe6cc32483ab3066a3ec1f5dce5cdc4e1f/" +
            "data/fra-eng/fra.txt"),
        Sha256 = "0bb85dbaa1c896844649094d7eaf2e34bee34e84fe362b26ce7e8f2e12aae104",
        Size = 11_669_748,
        License = "CC BY 2.0 (manythings.org/anki and tatoeba.org)",
    };

    /// <summary>Dates as people write them, "_" and the date in ISO 8601: 50,000 lines.</summary>
    public static DataSet Dates { get; } = new()
    {
        Name = "dates",
        Description = "50,000 dates as people write them, and in ISO 8601",
        RelativePath = "dates/date.txt",
        Url = new Uri("https://raw.githubusercontent.com/oreilly-japan/deep-learning-from-scratch-2/" +
            "5473be8cd112c446c62c77535766280d445c17a7/dataset/date.txt"),
        Sha256 = "62e66a301ce8537868e725512d2a45663fc366526b7e42028cb703bda2b1c79a",
        Size = 2_050_000,
        License = "MIT (O'Reilly Japan)",
    };

    /// <summary>
    /// The 414 hourly series of the M4 competition, one a row, to train on: a name, then 700 or 960 values. Makridakis,
    /// Spiliotis, Assimakopoulos, "The M4 competition: 100,000 time series and 61 forecasting methods", 2020.
    /// </summary>
    public static DataSet M4HourlyTrain { get; } = new()
    {
        Name = "m4-hourly-train",
        Description = "414 hourly series of the M4 competition, to train on",
        RelativePath = "m4-hourly/Hourly-train.csv",
        Url = new Uri("https://raw.githubusercontent.com/Mcompetitions/M4-methods/master/Dataset/Train/" +
            "Hourly-train.csv"),
        Sha256 = "ea59b7783573c49077a835ab6465c7d66f1474783360f310988a9a737fbca62f",
        Size = 2_347_115,
        License = "Of the M4 competition: for research",
    };

    /// <summary>The next 48 values of each series of <see cref="M4HourlyTrain"/>, in the same order.</summary>
    public static DataSet M4HourlyTest { get; } = new()
    {
        Name = "m4-hourly-test",
        Description = "The next 48 hours of the 414 series of the M4 competition",
        RelativePath = "m4-hourly/Hourly-test.csv",
        Url = new Uri("https://raw.githubusercontent.com/Mcompetitions/M4-methods/master/Dataset/Test/Hourly-test.csv"),
        Sha256 = "71a57fccb15e534d973626ada4fb87febf789e9317715b7cc6dd3b5f90db6f42",
        Size = 132_820,
        License = "Of the M4 competition: for research",
    };

    /// <summary>Passengers of airlines, in thousands, by month, 1949 to 1960. Box, Jenkins, "Time series analysis",
    /// 1970.</summary>
    public static DataSet Airline { get; } = new()
    {
        Name = "airline",
        Description = "144 months of passengers of airlines, 1949 to 1960",
        RelativePath = "timeseries/airline-passengers.csv",
        Url = new Uri("https://raw.githubusercontent.com/jbrownlee/Datasets/master/airline-passengers.csv"),
        Sha256 = "8cb51be753a718d9be5d76d7e238cc224792754676adc21faa59e954b0201621",
        Size = 2_180,
        License = "Published figures (Box and Jenkins 1970)",
    };

    /// <summary>Numbers of sunspots by year, 1700 to 2008.</summary>
    public static DataSet Sunspots { get; } = new()
    {
        Name = "sunspots",
        Description = "309 years of sunspots, 1700 to 2008",
        RelativePath = "timeseries/sunspots-yearly.csv",
        Url = new Uri("https://raw.githubusercontent.com/statsmodels/statsmodels/main/statsmodels/datasets/sunspots/" +
            "sunspots.csv"),
        Sha256 = "f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b",
        Size = 2_944,
        License = "Public domain",
    };

    /// <summary>Electric power of the eastern part of PJM, in MW, by hour, 2002 to 2018; days are not in order, hours
    /// are missing or there twice where clocks change.</summary>
    public static DataSet Power { get; } = new()
    {
        Name = "power",
        Description = "145,366 hours of electric power of PJM East, 2002 to 2018",
        RelativePath = "timeseries/PJME_hourly.csv",
        Url = new Uri("https://raw.githubusercontent.com/KaniamLaes/EnergyConsumption/" +
            "f21d5e599875c2e06b2c35588dfd701ec7166f43/PJME_hourly.csv"),
        Sha256 = "0fcd43c8b6f1576d7e9c98074a3f1e5d6169d2002c13551819e22e5e9688546f",
        Size = 3_343_435,
        License = "CC0",
    };

    /// <summary>Every known data set.</summary>
    public static IReadOnlyList<DataSet> All { get; } =
    [
        Anna, TinyShakespeare, Text8, Reviews, WikiText2, FrenchEnglish, Dates, M4HourlyTrain, M4HourlyTest, Airline, Sunspots,
        Power,
    ];

    /// <summary>
    /// The user's cache folder for this library: $XDG_CACHE_HOME/rnn or ~/.cache/rnn, on Windows
    /// %LOCALAPPDATA%\rnn\cache, on macOS ~/Library/Caches/rnn. Null when the user has no home folder.
    /// </summary>
    public static string? CacheFolder => UserFolders.Current.Cache;

    /// <summary>The data set of that name, in any case.</summary>
    /// <param name="name">The <see cref="DataSet.Name"/>.</param>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static DataSet Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        DataSet? found = All.FirstOrDefault(set => set.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found is null)
            Throw.UnknownDataSet(nameof(name), name, All.Select(set => set.Name));
        return found;
    }

    /// <summary>The path of a known data set on this machine.</summary>
    /// <param name="name">The <see cref="DataSet.Name"/>.</param>
    /// <param name="dataFolder">A folder to look in first; null or empty is none.</param>
    /// <returns>A file that exists. What is in it is not looked at: see <see cref="Verify"/>.</returns>
    /// <exception cref="ArgumentException">There is no data set of that name.</exception>
    /// <exception cref="FileNotFoundException">It is nowhere; the message says where it was looked for.</exception>
    public static string Resolve(string name, string? dataFolder = null) =>
        Resolve(Get(name), dataFolder, UserFolders.Current);

    /// <summary>The path of a data set on this machine, if it is there.</summary>
    /// <param name="set">One of <see cref="All"/>, or the caller's own.</param>
    /// <param name="dataFolder">A folder to look in first; null or empty is none.</param>
    /// <returns>A file that exists, or null.</returns>
    public static string? Find(DataSet set, string? dataFolder = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Candidates(set, dataFolder, UserFolders.Current).FirstOrDefault(File.Exists);
    }

    /// <summary>Checks that a file is the data set, by its sha256.</summary>
    /// <param name="set">What it should be.</param>
    /// <param name="path">The file. Read.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is something else; the message has both hashes.</exception>
    public static void Verify(DataSet set, string path)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            Throw.DataSetFileMissing(set.Name, set.Url, path);

        using FileStream file = File.OpenRead(path);
        string hash = Convert.ToHexStringLower(SHA256.HashData(file));
        if (!hash.Equals(set.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            Throw.DataSetChanged(set.Name, path, $"{set.Size} bytes with sha256 {set.Sha256}",
                $"{file.Length} bytes with sha256 {hash}", set.Url);
        }
    }

    /// <summary>
    /// Downloads a data set to its place in a data folder. The sha256 is computed as the bytes arrive; they go to a
    /// temporary file beside the target, which gets the target's name only once the hash is right, and is deleted
    /// otherwise. A file that is already there is checked and not asked for again.
    /// </summary>
    /// <param name="set">One of <see cref="All"/>, or the caller's own.</param>
    /// <param name="options">Where to, with what client, how long; null is the default.</param>
    /// <param name="cancellation">Stops the download.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="DownloadException">The download failed: see there for the ways.</exception>
    /// <exception cref="InvalidDataException">Another file is in its place already; it is left alone.</exception>
    /// <exception cref="IOException">No folder was named, and the user has no cache folder.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static Task<string> DownloadAsync(DataSet set, DownloadOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        options ??= new DownloadOptions();
        string? folder = string.IsNullOrEmpty(options.Folder) ? CacheFolder : options.Folder;
        if (folder is null)
            Throw.NoCacheFolder();
        return Download.RunAsync(set, folder, options, cancellation);
    }

    internal static string Resolve(DataSet set, string? dataFolder, UserFolders user)
    {
        List<string> candidates = Candidates(set, dataFolder, user);
        string? found = candidates.Find(File.Exists);
        if (found is null)
        {
            Throw.DataSetNotFound(set.Name, set.Size, set.Url, candidates,
                set.PathIn(user.Cache ?? user.DataVariable ?? "data"));
        }

        return found;
    }

    /// <summary>The folders to look in, the first first.</summary>
    internal static IEnumerable<string> Folders(string? dataFolder, UserFolders user) =>
        from folder in new[] { dataFolder, user.DataVariable, user.Cache }
        where !string.IsNullOrEmpty(folder)
        select folder;

    private static List<string> Candidates(DataSet set, string? dataFolder, UserFolders user)
    {
        List<string> candidates = [];
        foreach (string folder in Folders(dataFolder, user))
        {
            candidates.Add(set.PathIn(folder));
            candidates.Add(Path.Combine(folder, set.FileName));
        }

        return candidates.Distinct().ToList();
    }
}

using System;
using System.IO;

namespace Rnn.Models.Data;

/// <summary>The folders that come from the user's surroundings; either may be missing.</summary>
/// <param name="DataVariable">The value of RNN_DATA.</param>
/// <param name="Cache">The cache folder of this library.</param>
internal sealed record UserFolders(string? DataVariable, string? Cache)
{
    public static UserFolders Current => new(
        Environment.GetEnvironmentVariable(DataSets.FolderVariable),
        OperatingSystem.IsWindows()
            ? WindowsCache(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData))
            : UnixCache(
                OperatingSystem.IsMacOS(),
                Environment.GetEnvironmentVariable("XDG_CACHE_HOME"),
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)));

    public static string? WindowsCache(string localApplicationData) =>
        localApplicationData.Length == 0 ? null : Path.Combine(localApplicationData, "rnn", "cache");

    public static string? UnixCache(bool isMac, string? xdgCacheHome, string home)
    {
        // The XDG base directory specification: a relative path is invalid and to be ignored.
        if (!isMac && !string.IsNullOrEmpty(xdgCacheHome) && Path.IsPathRooted(xdgCacheHome))
            return Path.Combine(xdgCacheHome, "rnn");
        if (home.Length == 0)
            return null;
        return isMac ? Path.Combine(home, "Library", "Caches", "rnn") : Path.Combine(home, ".cache", "rnn");
    }
}

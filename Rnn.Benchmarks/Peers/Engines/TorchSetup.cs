using System;
using System.IO;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>Loads libtorch and sets its threads.</summary>
internal static partial class TorchSetup
{
    private const string Library = "libtorch_cpu";

    /// <summary>Loads it.</summary>
    /// <exception cref="DllNotFoundException">It can't be loaded: TorchSharp-cpu 0.107.0 needs libstdc++ 13
    /// (GLIBCXX_3.4.32) or newer.</exception>
    public static void Start(EngineOptions options)
    {
        // TorchSharp would search everywhere and print a page.
        foreach (string name in new[] { "libtorch_cpu.so", "libLibTorchSharp.so" })
        {
            string path = Path.Combine(AppContext.BaseDirectory, name);
            if (File.Exists(path))
                NativeLibrary.Load(path);
        }

        torch.set_num_threads(options.Threads);
        torch.manual_seed(1);
        if (!options.OneDnn)
            SetUserEnabledMkldnn(GlobalContext(), false);

        // Before its other threads begin: they take it over from this one.
        if (options.FlushSubnormal && !SetFlushDenormal(true))
            throw new NotSupportedException("This processor can't flush subnormal numbers to zero. Measure without it.");
    }

    public static string Version() => $"TorchSharp {Engine.InformationalVersion(typeof(torch).Assembly)}, libtorch " +
        torch.__version__;

    // TorchSharp has neither torch.backends.mkldnn nor torch.set_flush_denormal: at::globalContext(),
    // at::Context::setUserEnabledMkldnn(bool) and at::Context::setFlushDenormal(bool).
    [LibraryImport(Library, EntryPoint = "_ZN2at13globalContextEv")]
    private static partial IntPtr GlobalContext();

    [LibraryImport(Library, EntryPoint = "_ZN2at7Context20setUserEnabledMkldnnEb")]
    private static partial void SetUserEnabledMkldnn(IntPtr context, [MarshalAs(UnmanagedType.U1)] bool enabled);

    [LibraryImport(Library, EntryPoint = "_ZN2at7Context16setFlushDenormalEb")]
    [return: MarshalAs(UnmanagedType.U1)]
    private static partial bool SetFlushDenormal([MarshalAs(UnmanagedType.U1)] bool flush);
}

// Sweeps pin their thread to a core and time nothing, but two of them at once would only be slower.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

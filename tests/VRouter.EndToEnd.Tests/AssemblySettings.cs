// The tests share one machine's processors, and some measure loss: they run one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

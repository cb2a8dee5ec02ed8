using System.Runtime.CompilerServices;

// libc is called with blittable types only, so no call needs a marshalling stub that copies.
[assembly: DisableRuntimeMarshalling]

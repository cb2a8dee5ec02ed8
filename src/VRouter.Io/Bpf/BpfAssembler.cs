using System.Runtime.InteropServices;

namespace VRouter.Io.Bpf;

/// <summary>
/// Writes eBPF programs (RFC 9669): one call for each instruction, jumps to labels that stand further on. Numbers are in the machine's byte order; what is loaded
/// from a frame is in network byte order, so that immediates which are compared with it must be, too.
/// </summary>
public sealed class BpfAssembler
{
    private const byte LoadImmediate64 = 0x18;
    private const byte LoadMemory = 0x61;
    private const byte StoreRegister = 0x63;
    private const byte StoreImmediate = 0x62;
    private const byte Jump64 = 0x05;
    private const byte RegisterSource = 0x08;
    private const byte MoveImmediate = 0xb7;
    private const byte MoveRegister = 0xbf;
    private const byte AddImmediate = 0x07;
    private const byte AddRegister = 0x0f;
    private const byte AndImmediate = 0x57;
    private const byte ShiftLeftImmediate = 0x67;
    private const byte ShiftRightImmediate = 0x77;
    private const byte MultiplyRegister = 0x2f;
    private const byte XorRegister = 0xaf;
    private const byte CallOperation = 0x85;
    private const byte ExitOperation = 0x95;
    private const byte MapDescriptor = 1;

    private readonly List<Instruction> instructions = [];
    private readonly Dictionary<string, int> labels = [];
    private readonly List<(int Instruction, string Label)> jumps = [];

    /// <summary>Sets a register to a number.</summary>
    public BpfAssembler Move(BpfRegister destination, int immediate) => Add(MoveImmediate, destination, 0, 0, immediate);

    /// <summary>Copies a register.</summary>
    public BpfAssembler Move(BpfRegister destination, BpfRegister source) => Add(MoveRegister, destination, source, 0, 0);

    /// <summary>Adds a number.</summary>
    public BpfAssembler Add(BpfRegister destination, int immediate) => Add(AddImmediate, destination, 0, 0, immediate);

    /// <summary>Adds a register.</summary>
    public BpfAssembler Add(BpfRegister destination, BpfRegister source) => Add(AddRegister, destination, source, 0, 0);

    /// <summary>Keeps the bits of a mask.</summary>
    public BpfAssembler And(BpfRegister destination, int mask) => Add(AndImmediate, destination, 0, 0, mask);

    /// <summary>Shifts to the left.</summary>
    public BpfAssembler ShiftLeft(BpfRegister destination, int bits) => Add(ShiftLeftImmediate, destination, 0, 0, bits);

    /// <summary>Shifts to the right; zeros come in.</summary>
    public BpfAssembler ShiftRight(BpfRegister destination, int bits) => Add(ShiftRightImmediate, destination, 0, 0, bits);

    /// <summary>Multiplies with a register, modulo 2^64.</summary>
    public BpfAssembler Multiply(BpfRegister destination, BpfRegister source) => Add(MultiplyRegister, destination, source, 0, 0);

    /// <summary>The exclusive or with a register.</summary>
    public BpfAssembler Xor(BpfRegister destination, BpfRegister source) => Add(XorRegister, destination, source, 0, 0);

    /// <summary>Loads from memory, zero-extended.</summary>
    public BpfAssembler Load(BpfSize size, BpfRegister destination, BpfRegister address, short offset) =>
        Add((byte)(LoadMemory | (byte)size), destination, address, offset, 0);

    /// <summary>Stores a register.</summary>
    public BpfAssembler Store(BpfSize size, BpfRegister address, short offset, BpfRegister source) =>
        Add((byte)(StoreRegister | (byte)size), address, source, offset, 0);

    /// <summary>Stores a number.</summary>
    public BpfAssembler Store(BpfSize size, BpfRegister address, short offset, int immediate) =>
        Add((byte)(StoreImmediate | (byte)size), address, 0, offset, immediate);

    /// <summary>Loads an unsigned number of 32 bits, which <see cref="Move(BpfRegister, int)"/> would extend by its sign.</summary>
    public BpfAssembler MoveUnsigned(BpfRegister destination, uint immediate) => Add(LoadImmediate64, destination, 0, 0, (int)immediate).Add(0, 0, 0, 0, 0);

    /// <summary>Loads a number of 64 bits.</summary>
    public BpfAssembler MoveWide(BpfRegister destination, ulong immediate) =>
        Add(LoadImmediate64, destination, 0, 0, (int)immediate).Add(0, 0, 0, 0, (int)(immediate >> 32));

    /// <summary>Loads a map, by its descriptor, which must stay open until the program is loaded.</summary>
    public BpfAssembler LoadMap(BpfRegister destination, int descriptor) =>
        Add(LoadImmediate64, destination, (BpfRegister)MapDescriptor, 0, descriptor).Add(0, 0, 0, 0, 0);

    /// <summary>Jumps if the condition holds between a register and a number, which is extended by its sign.</summary>
    public BpfAssembler JumpIf(BpfCondition condition, BpfRegister left, int right, string label) =>
        JumpTo(label).Add((byte)(Jump64 | (byte)condition), left, 0, 0, right);

    /// <summary>Jumps if the condition holds between two registers.</summary>
    public BpfAssembler JumpIf(BpfCondition condition, BpfRegister left, BpfRegister right, string label) =>
        JumpTo(label).Add((byte)(Jump64 | RegisterSource | (byte)condition), left, right, 0, 0);

    /// <summary>Jumps.</summary>
    public BpfAssembler Jump(string label) => JumpTo(label).Add(Jump64, 0, 0, 0, 0);

    /// <summary>Calls a function of the kernel.</summary>
    public BpfAssembler Call(BpfHelper helper) => Add(CallOperation, 0, 0, 0, (int)helper);

    /// <summary>Ends the program; R0 is its result.</summary>
    public BpfAssembler Exit() => Add(ExitOperation, 0, 0, 0, 0);

    /// <summary>Names the place of the next instruction.</summary>
    /// <exception cref="ArgumentException">The name stands twice.</exception>
    public BpfAssembler Label(string name)
    {
        labels.Add(name, instructions.Count);
        return this;
    }

    /// <summary>The program's bytes, eight for each instruction.</summary>
    /// <exception cref="InvalidOperationException">A jump leads to no label, or too far.</exception>
    public byte[] Assemble()
    {
        var program = instructions.ToArray();
        foreach (var (at, label) in jumps)
        {
            if (!labels.TryGetValue(label, out var target))
                throw new InvalidOperationException($"A jump leads to '{label}', which is no label.");
            program[at].Offset = checked((short)(target - at - 1));
        }

        return MemoryMarshal.AsBytes(program.AsSpan()).ToArray();
    }

    private BpfAssembler JumpTo(string label)
    {
        jumps.Add((instructions.Count, label));
        return this;
    }

    private BpfAssembler Add(byte operation, BpfRegister destination, BpfRegister source, short offset, int immediate)
    {
        instructions.Add(new Instruction
        {
            Operation = operation,
            Registers = (byte)((byte)destination | ((byte)source << 4)),
            Offset = offset,
            Immediate = immediate,
        });
        return this;
    }

    // struct bpf_insn on little-endian machines, the only ones that .NET runs Linux on besides s390x.
    [StructLayout(LayoutKind.Sequential)]
    private struct Instruction
    {
        public byte Operation;
        public byte Registers;
        public short Offset;
        public int Immediate;
    }
}

using VRouter.Io.Bpf;
using VRouter.Io.Linux;
using VRouter.Io.Tests.Support;
using static VRouter.Io.Bpf.BpfRegister;

namespace VRouter.Io.Tests.Bpf;

public class BpfAssemblerTests
{
    [Fact]
    public void Assemble_EachInstruction_GivesTheBytesOfRfc9669()
    {
        var program = new BpfAssembler()
            .Move(R1, -2).Move(R6, R1).Add(R2, 14).Add(R2, R9).And(R3, 0xff).ShiftLeft(R4, 2)
            .Load(BpfSize.Four, R7, R6, 4).Load(BpfSize.Two, R7, R6, 12).Load(BpfSize.One, R7, R6, -1).Load(BpfSize.Eight, R7, R6, 0)
            .Store(BpfSize.Four, FramePointer, -8, R2).Store(BpfSize.Four, FramePointer, -4, 32)
            .MoveUnsigned(R3, 0xfffffffe).MoveWide(R4, 0x0e00000000000053).LoadMap(R1, 7)
            .JumpIf(BpfCondition.Equal, R2, 8, "end").JumpIf(BpfCondition.Greater, R2, R8, "end").Jump("end").Call(BpfHelper.RedirectMap)
            .ShiftRight(R5, 32).Multiply(R7, R3).Xor(R7, R2)
            .Label("end").Exit();

        Assert.Equal(
            [
                "B7010000FEFFFFFF", "BF16000000000000", "070200000E000000", "0F92000000000000", "57030000FF000000", "6704000002000000",
                "6167040000000000", "69670C0000000000", "7167FFFF00000000", "7967000000000000", "632AF8FF00000000", "620AFCFF20000000",
                "18030000FEFFFFFF", "0000000000000000", "1804000053000000", "000000000000000E", "1811000007000000", "0000000000000000",
                "1502060008000000", "2D82050000000000", "0500040000000000", "8500000033000000",
                "7705000020000000", "2F37000000000000", "AF27000000000000", "9500000000000000",
            ],
            program.Assemble().Chunk(8).Select(Convert.ToHexString));
    }

    [Fact]
    public void Assemble_JumpToNoLabel_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => new BpfAssembler().Jump("nowhere").Assemble());
        Assert.Throws<ArgumentException>(() => new BpfAssembler().Label("a").Label("a"));
    }

    [SkippableFact]
    public void LoadXdp_ProgramWithoutBoundsCheck_IsRefusedWithTheVerifiersWords()
    {
        Requires.Root();
        var program = new BpfAssembler().Load(BpfSize.Four, R2, R1, 0).Load(BpfSize.One, R0, R2, 0).Exit().Assemble();

        var error = BpfProgram.LoadXdp("unchecked", program).Error;

        Assert.Equal(Errno.EACCES, error.Errno);
        Assert.Contains("the verifier says: ", error.ToString());
        Assert.Contains("invalid access to packet", error.ToString());
    }

    [SkippableFact]
    public void Map_SetAndRemove_TakesKeysOnceAndMissingOnesAsGone()
    {
        Requires.Root();
        using var map = BpfMap.Create(Libc.BPF_MAP_TYPE_LPM_TRIE, sizeof(ulong), 2, Libc.BPF_F_NO_PREALLOC).OrThrow();

        Assert.Null(map.Set(0x0100000a_00000020, 1));
        Assert.Null(map.Set(0x0100000a_00000020, 2));
        Assert.Null(map.Set(0x0200000a_00000020, 2));
        Assert.Equal(Errno.ENOSPC, map.Set(0x0300000a_00000020, 2)!.Value.Errno);
        Assert.Null(map.Remove(0x0100000a_00000020));
        Assert.Null(map.Remove(0x0100000a_00000020));
    }
}

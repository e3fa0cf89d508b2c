# SPDX-License-Identifier: Apache-2.0
# PowerShell completion of kubectl-spark: every candidate comes from the program.
Register-ArgumentCompleter -Native -CommandName kubectl-spark -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    if ($wordToComplete -eq '') { $words += '' }
    kubectl-spark __complete @words 2>$null | Where-Object { $_ -notmatch '^:\d+$' } | ForEach-Object {
        $candidate, $description = $_ -split "`t", 2
        if (-not $description) { $description = $candidate }
        [System.Management.Automation.CompletionResult]::new($candidate, $candidate, 'ParameterValue', $description)
    }
}

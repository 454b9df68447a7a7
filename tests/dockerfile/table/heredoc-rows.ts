import { type DockerfileRow, one, reads, readsOn, refuses, two } from './row.ts'

const decoy = `FROM ${two}`

/** Heredocs, and what only looks like one. */
export const heredocRows: readonly DockerfileRow[] = [
  reads('a heredoc of RUN', `FROM ${one}\nRUN <<EOF\ntrue\nEOF`, { engine: 23 }),
  reads('a heredoc with a space', `FROM ${one}\nRUN cat << EOF > /d\n${decoy}\nEOF`, { engine: 28 }),
  reads('a heredoc with a tab', `FROM ${one}\nRUN cat <<\tEOF > /d\n${decoy}\nEOF`, { engine: 28 }),
  reads('a program with a space', `FROM ${one}\nRUN cat << EOF\nimport os\nfrom pathlib import Path\nEOF`, {
    engine: 28,
  }),
  reads('a heredoc behind a command', `FROM ${one}\nRUN cat <<EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('a quoted name', `FROM ${one}\nRUN cat <<"EOF"\n${decoy}\nEOF`, { engine: 23 }),
  reads('a name in single quotes', `FROM ${one}\nRUN cat <<'EOF'\n${decoy}\nEOF`, { engine: 23 }),
  reads('a name with blanks', `FROM ${one}\nCOPY <<"A" /b\n${decoy}\nA`, { engine: 23 }),
  reads('a quoted name with blanks in it', `FROM ${one}\nRUN cat << 'two words' \n${decoy}\ntwo words`, { engine: 28 }),
  reads('an escaped name', `FROM ${one}\nRUN cat <<\\EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('a name partly in quotes', `FROM ${one}\nRUN cat <<E"O"F\n${decoy}\nEOF`, { engine: 23 }),
  reads('a file descriptor', `FROM ${one}\nRUN true 3<<EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('a file descriptor of two digits', `FROM ${one}\nRUN true 12<<EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('tabs', `FROM ${one}\nRUN cat <<-EOF\n\t${decoy}\n\tEOF`, { engine: 23 }),
  reads('tabs and a quoted name', `FROM ${one}\nRUN cat <<-"EOF"\n\t${decoy}\n\t\tEOF`, { engine: 23 }),
  reads('tabs of a heredoc that wants none', `FROM ${one}\nRUN cat <<EOF\n\tEOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('spaces before a name that is no end', `FROM ${one}\nRUN cat <<-EOF\n  EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('an end with CRLF', `FROM ${one}\r\nRUN cat <<EOF\r\n${decoy}\r\nEOF\r\n`, { engine: 23 }),
  reads('two heredocs', `FROM ${one}\nRUN cat <<A <<B\n${decoy}\nA\n${decoy}\nB`, { engine: 23 }),
  reads('two heredocs with one name', `FROM ${one}\nRUN cat <<A <<A\n${decoy}\nA\n${decoy}\nA`, { engine: 23 }),
  reads('the name of the second in the first', `FROM ${one}\nRUN cat <<A <<B\nB\n${decoy}\nA\nB`, { engine: 23 }),
  reads('an empty heredoc', `FROM ${one}\nCOPY <<EOF /b\nEOF`, { engine: 23 }),
  reads('a comment and an escape in a heredoc', `FROM ${one}\nRUN cat <<EOF\n# c \\\n${decoy} \\\nEOF`, { engine: 23 }),
  reads('a heredoc of COPY', `FROM ${one}\nCOPY <<EOF /Dockerfile\n${decoy}\nCOPY a b\nEOF`, { engine: 23 }),
  reads('a heredoc of ADD', `FROM ${one}\nADD <<EOF /Dockerfile\n${decoy}\nEOF`, { engine: 23 }),
  reads('two heredocs of COPY', `FROM ${one}\nCOPY <<a <<b /x/\n${decoy}\na\n${decoy}\nb`, { engine: 23 }),
  reads('a heredoc behind flags', `FROM ${one}\nCOPY --chmod=755 --link <<EOF /x\n${decoy}\nEOF`, { engine: 23 }),
  reads('a heredoc behind a mount', `FROM ${one}\nRUN --mount=type=tmpfs,target=/x <<EOF\ntrue\nEOF`, { engine: 23 }),
  reads('a heredoc over two lines', `FROM ${one}\nCOPY <<EOF \\\n  /x\n${decoy}\nEOF`, { engine: 23 }),
  reads('a heredoc and a file', `FROM ${one}\nCOPY <<EOF app.txt /x/\n${decoy}\nEOF`, {
    engine: 23,
    needsContext: true,
  }),
  reads('a heredoc of ONBUILD', `FROM ${one}\nONBUILD RUN <<EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('a heredoc behind a word in quotes', `FROM ${one}\nRUN echo "it's" && cat <<EOF\n${decoy}\nEOF`, {
    engine: 23,
  }),
  reads('a heredoc behind an escaped quote', `FROM ${one}\nRUN echo \\" && cat <<EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('a heredoc behind a variable', `FROM ${one}\nRUN echo \${A:-b} && cat <<EOF\n${decoy}\nEOF`, { engine: 23 }),
  reads('a heredoc in a script with backticks', `# escape=\`\nFROM ${one}\nRUN cat <<EOF\n${decoy}\nEOF`, {
    engine: 23,
  }),
  readsOn(two, 'a heredoc that is closed before FROM', `FROM ${one}\nRUN cat <<EOF\nx\nEOF\nFROM ${two}`, {
    engine: 23,
  }),
  readsOn(two, 'no heredoc in quotes', `FROM ${one}\nRUN sh -c "echo <<EOF"\nFROM ${two}`),
  readsOn(two, 'no heredoc in single quotes', `FROM ${one}\nRUN sh -c 'echo <<EOF'\nFROM ${two}`),
  readsOn(
    two,
    'no heredoc in quotes over lines',
    `FROM ${one}\nRUN sh -c "true; \\\n  echo <<EOF; \\\n  true"\nFROM ${two}`,
  ),
  readsOn(two, 'no escaped heredoc', `FROM ${one}\nRUN echo \\<<EOF\nFROM ${two}`, {
    notBuilt: 'the shell takes the second <',
  }),
  readsOn(two, 'no heredoc glued to a word', `FROM ${one}\nRUN true || cat<<EOF\nFROM ${two}`),
  readsOn(two, 'no here-string', `FROM ${one}\nENV A="<<<a"\nRUN true # cat <<<a\nFROM ${two}`),
  readsOn(two, 'no shift of bits', `FROM ${one}\nRUN echo $((1<<3))\nFROM ${two}`),
  readsOn(two, 'no heredoc of ENV', `FROM ${one}\nENV A=<<EOF\nFROM ${two}`),
  readsOn(two, 'no heredoc of CMD', `FROM ${one}\nCMD cat <<EOF\nFROM ${two}`),
  readsOn(two, 'no heredoc in a JSON array', `FROM ${one}\nRUN ["echo", "<<EOF"]\nFROM ${two}`),
  readsOn(two, 'no heredoc where a quote stays open', `FROM ${one}\nRUN true # it's <<EOF\nFROM ${two}`),
  readsOn(two, 'no heredoc where braces hold a word before it', `FROM ${one}\nRUN true # <<\${A:-EOF}\nFROM ${two}`),
  readsOn(two, '<<- with a space', `FROM ${one}\nRUN true # <<- EOF\nFROM ${two}`),
  refuses('a heredoc that never ends', `FROM ${one}\nRUN <<EOF\nx\n`, [2, 'starts a heredoc that never ends.'], {
    engine: 23,
  }),
  refuses('a heredoc with a space that never ends', `FROM ${one}\nRUN cat << EOF\nx`, [2, 'starts a heredoc'], {
    engine: 28,
  }),
  refuses('a second heredoc that never ends', `FROM ${one}\nRUN <<A <<B\nA\nx`, [2, 'starts a heredoc'], {
    engine: 23,
  }),
  refuses('a shift of bits between spaces', `FROM ${one}\nRUN echo $(( 1 << 3 ))`, [2, 'starts a heredoc'], {
    engine: 28,
  }),
  refuses('a heredoc for a destination', `FROM ${one}\nCOPY app.txt <<EOF\nEOF`, [2, 'has COPY with a heredoc as'], {
    engine: 23,
  }),
  reads('files that are named like a heredoc with a space', `FROM ${one}\nCOPY << EOF /b/\ntext\nEOF`, {
    ...{ engine: 28, needsContext: true, notBuilt: 'the context has no such files' },
  }),
]

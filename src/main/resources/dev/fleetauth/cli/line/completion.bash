# bash completion for fleetauth, for ~/.bashrc:
#   eval "$(fleetauth completion bash)"
# and for an alias of it:
#   complete -F _fleetauth ALIAS
_fleetauth() {
    local line directive='' program=${COMP_WORDS[0]} IFS=$' \t\n'
    local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    if line=$(alias -- "$program" 2>/dev/null); then
        # What the alias stands for, quoted by the shell.
        eval "line=${line#*=}"
        local -a alias
        read -ra alias <<<"$line"
        program=${alias[0]}
        words=("${alias[@]:1}" "${words[@]}")
    fi
    IFS=$'\n'
    COMPREPLY=()
    while read -r line; do
        case $line in
        :*) directive=${line#:} ;;
        *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("${program/#\~\//$HOME/}" __complete -- "${words[@]}" 2>/dev/null)
    case $directive in
    files) directive='file' ;;
    directories) directive='directory' ;;
    commands) directive='command' ;;
    *) return ;;
    esac
    [ "$directive" = command ] || compopt -o filenames 2>/dev/null
    # bash 3.2 of macOS has no mapfile.
    while read -r line; do
        COMPREPLY+=("$line")
    done < <(compgen -A "$directive" -- "$2")
}
complete -F _fleetauth fleetauth

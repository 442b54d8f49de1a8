# bash completion for fleetauth, for ~/.bashrc:
#   eval "$(fleetauth completion bash)"
_fleetauth() {
    local line directive='' IFS=$'\n'
    COMPREPLY=()
    while read -r line; do
        case $line in
        :*) directive=${line#:} ;;
        *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    case $directive in
    files) COMPREPLY=($(compgen -f -- "$2")) && compopt -o filenames 2>/dev/null ;;
    directories) COMPREPLY=($(compgen -d -- "$2")) && compopt -o filenames 2>/dev/null ;;
    commands) COMPREPLY=($(compgen -c -- "$2")) ;;
    esac
}
complete -F _fleetauth fleetauth

#compdef fleetauth
# zsh completion for fleetauth, for ~/.zshrc behind compinit:
#   eval "$(fleetauth completion zsh)"
# or as a file _fleetauth in a folder of $fpath. zsh expands aliases before it completes.
_fleetauth() {
    local line directive
    local -a found
    for line in ${(f)"$(${(Q)~words[1]} __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)"}; do
        case $line in
        :*) directive=${line#:} ;;
        *$'\t'*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        ?*) found+=("${line//:/\\:}") ;;
        esac
    done
    case $directive in
    files) _files ;;
    directories) _files -/ ;;
    commands) _command_names -e ;;
    *) _describe -V fleetauth found ;;
    esac
}
if [[ $funcstack[1] == _fleetauth ]]; then
    _fleetauth "$@"
else
    compdef _fleetauth fleetauth
fi

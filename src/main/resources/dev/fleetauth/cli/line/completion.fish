# fish completion for fleetauth, for ~/.config/fish/config.fish:
#   fleetauth completion fish | source
# An alias that fish's alias command makes is completed as well.
function __fleetauth_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    for line in ($program __complete -- $words[2..-1] "$typed" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$typed"
            case ':directories'
                __fish_complete_directories "$typed"
            case ':commands'
                complete -C "$typed"
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c fleetauth -f -a '(__fleetauth_complete)'
